import { decodeText, encodeInto, isText } from "./_utf8.ts";
import type { Coding } from "./_variable_rows.ts";

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
});

/** Bytes of any length. What is read is a copy. */
export const anyBytes: VariableElement<Uint8Array> = new VariableElement<Uint8Array>("anyBytes", {
  fits: (value) => value instanceof Uint8Array,
  encode(value, into): number {
    if (value.length > into.bytes.length) into.bytes = new Uint8Array(value.length * 2);
    if (value.length > 64) into.bytes.set(value);
    else for (let i = 0; i < value.length; i++) into.bytes[i] = value[i]!;
    return value.length;
  },
  decode: (bytes, start, end) => Uint8Array.from(bytes.subarray(start, end)),
});
