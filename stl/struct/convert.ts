import { shown } from "../core/refuse.ts";
import { isRefusal, refusal } from "../elements/refusal.ts";
import type { Write } from "../elements/parts_writer.ts";

/** `value` when it is a number; anything else is refused. */
export function toNumber(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  throw refusal(new TypeError(`Cannot store field ${name}: expected a number, got ${shown(value)}`));
}

/** 1 or 0 when `value` is true or false; anything else is refused. */
export function toBit(value: unknown, name: string): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  throw refusal(new TypeError(`Cannot store field ${name}: expected true or false, got ${shown(value)}`));
}

/** How messages begin that name the field which cannot be stored. */
const NAMED = "Cannot store field ";
/** What is in front of the field where messages end with it. */
const LAST = ", in field ";

/** What an element has thrown that does not take a value, with the field `name` that the value was given for. */
export function inField(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || !isRefusal(error)) return error;
  const { message, cause } = error;
  const end = message.lastIndexOf(LAST);
  const text = message.startsWith(NAMED)
    ? `${NAMED}${name}.${message.slice(NAMED.length)}`
    : end < 0
    ? `${message}${LAST}${name}`
    : `${message.slice(0, end)}${LAST}${name}.${message.slice(end + LAST.length)}`;
  const Class = error instanceof RangeError ? RangeError : TypeError;
  return refusal(new Class(text, { cause }));
}

/** `write` with errors that name a field. */
export function writeField(write: Write, name: string): Write {
  return (view, byteOffset, value) => {
    try {
      write(view, byteOffset, value);
    } catch (error) {
      throw inField(error, name);
    }
  };
}

/** `value` when it can have fields; anything else is refused. */
export function requireObject<T>(value: T): T & object {
  if ((typeof value === "object" && value !== null) || typeof value === "function") return value as T & object;
  throw refusal(new TypeError(`Cannot store ${shown(value)}: expected an object`));
}

/** `value` when it is a bigint; anything else is refused. */
export function toBigInt(value: unknown, name: string): bigint {
  if (typeof value === "bigint") return value;
  throw refusal(new TypeError(`Cannot store field ${name}: expected a bigint, got ${shown(value)}`));
}
