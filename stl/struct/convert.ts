import { shown } from "../core/refuse.ts";
import { refusal } from "../elements/refusal.ts";

/** The number that a typed array would store for `value`; what would make it throw is refused. */
export function toNumber(value: unknown, name: string): number {
  if (typeof value !== "bigint" && typeof value !== "symbol") return Number(value);
  throw refusal(new TypeError(`Cannot store field ${name}: expected a number, got ${shown(value)}`));
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
