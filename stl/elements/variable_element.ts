import { lengthOf } from "../core/plain_view.ts";
import { shown } from "../core/refuse.ts";
import { requireElement } from "./check.ts";
import type { Element } from "./element.ts";
import { decodeText, encodeInto, isText } from "./utf8.ts";

/** A kind of value whose number of bytes differs from one to the next: a key or value of hash maps. */
export class VariableElement<T> {
  /** What messages call it. */
  readonly name: string;
  /** Names everything that decides how bytes are read. */
  readonly layout: string;
  /** How values become bytes and back. */
  readonly coding: Coding<T>;

  /** Makes a kind from its parts; programs use {@linkcode anyText} and {@linkcode anyBytes}. */
  constructor(name: string, coding: Coding<T>) {
    this.name = name;
    this.layout = name;
    this.coding = coding;
  }
}

/** Text of any length, as UTF-8. A lone surrogate counts as U+FFFD. */
export const anyText: VariableElement<string> = new VariableElement("anyText", {
  fits: (value) => typeof value === "string",
  encode: encodeInto,
  decode: decodeText,
  valid: isText,
  shortest: (value) => value.length,
});

/** Bytes of any length. What is read is a copy. */
export const anyBytes: VariableElement<Uint8Array> = new VariableElement<Uint8Array>("anyBytes", {
  fits: (value) => value instanceof Uint8Array,
  encode(value, into): number {
    const said = value.length;
    // What is short is stored as the value says, with zeros where it has none: asking the engine takes 7 of 45 ns in Bun.
    const length = said > 64 ? lengthOf(value) : said;
    if (length > into.bytes.length) into.bytes = new Uint8Array(Math.max(64, length));
    if (length > 64) into.bytes.set(value);
    else for (let i = 0; i < length; i++) into.bytes[i] = value[i]!;
    return length;
  },
  decode: (bytes, start, end) => bytes.slice(start, end),
  shortest: (value) => value.length,
});

/** What keys and values can be: an element, or a kind of any length. */
// deno-lint-ignore no-explicit-any -- a constraint that every element meets, whatever it stores
export type Kind<T> = Element<T, any> | VariableElement<T>;

function refuseFor(kind: Kind<unknown>, what: string): (value: unknown, label: string) => never {
  return (value, label) => {
    const message = `Cannot store ${shown(value)} in a ${label}: its ${what} are of kind ${kind.name}`;
    throw typeof value === "number" || typeof value === "bigint" ? new RangeError(message) : new TypeError(message);
  };
}

/** Throws for a value that is not of a kind. */
export function refuseValueOf(kind: Kind<unknown>): (value: unknown, label: string) => never {
  return refuseFor(kind, "values");
}

/** Throws for a key that is not of a kind. */
export function refuseKeyOf(kind: Kind<unknown>): (value: unknown, label: string) => never {
  return refuseFor(kind, "keys");
}

/** `kind` when it is one; throws `TypeError` otherwise. */
export function checkedKind<T>(kind: Kind<T>, label: string): Kind<T> {
  if (!(kind instanceof VariableElement)) requireElement(`a ${label}`, kind);
  return kind;
}

/** How values of any length become bytes and back. */
export interface Coding<T> {
  /** Whether a value is of the kind. */
  readonly fits: (value: T) => boolean;
  /** Puts the bytes of a value into `into.bytes`, which it makes longer where needed, and returns their count. */
  readonly encode: (value: T, into: { bytes: Uint8Array }) => number;
  /** The value of bytes. */
  readonly decode: (bytes: Uint8Array, start: number, end: number) => T;
  /** Whether bytes are what some value becomes; all are when it is left out. */
  readonly valid?: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** The fewest bytes that a value may have, told without encoding it; 0 when it is left out. */
  readonly shortest?: (value: T) => number;
}
