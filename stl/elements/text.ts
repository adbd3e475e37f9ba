import { shown } from "../core/refuse.ts";
import { MAX_BLOCK_BYTES } from "../core/storage.ts";
import type { Element } from "./element.ts";
import { refusal } from "./refusal.ts";
import { isSought } from "./sought.ts";

/** What was left out of a text that did not fit. */
export interface TruncatedText {
  /** The whole text. */
  readonly text: string;
  /** The part that was stored: whole characters of UTF-8. */
  readonly stored: string;
  /** The most bytes that fit. */
  readonly byteLength: number;
}

/** Options of {@linkcode text}. */
export interface TextOptions {
  /**
   * Is told of each text that is about to be stored in part; without it such a text is refused. A key that is only
   * looked for is not stored: one that does not fit is not there.
   */
  readonly onTruncate?: (truncated: TruncatedText) => void;
}

const encoder = new TextEncoder();
// A byte order mark at the start is a character like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Texts up to this long are cheaper to put together character by character. */
const SHORT = 16;

function bytesAt(view: DataView<ArrayBuffer>, byteOffset: number, byteLength: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset + byteOffset, byteLength);
}

/** The number of bytes before the first zero. */
function lengthOf(view: DataView<ArrayBuffer>, byteOffset: number, byteLength: number): number {
  let length = 0;
  while (length < byteLength && view.getUint8(byteOffset + length) !== 0) length++;
  return length;
}

function readText(view: DataView<ArrayBuffer>, byteOffset: number, byteLength: number): string {
  const length = lengthOf(view, byteOffset, byteLength);
  if (length > SHORT) return decoder.decode(bytesAt(view, byteOffset, length));
  let characters = "";
  for (let index = 0; index < length; index++) {
    const byte = view.getUint8(byteOffset + index);
    if (byte > 127) return decoder.decode(bytesAt(view, byteOffset, length));
    characters += String.fromCharCode(byte);
  }
  return characters;
}

/** Stores a text of ASCII that fits; false for any other. */
function writeAscii(view: DataView<ArrayBuffer>, byteOffset: number, byteLength: number, value: string): boolean {
  const { length } = value;
  if (length > byteLength) return false;
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    if (code > 127 || code === 0) return false;
  }
  for (let index = 0; index < length; index++) view.setUint8(byteOffset + index, value.charCodeAt(index));
  for (let index = length; index < byteLength; index++) view.setUint8(byteOffset + index, 0);
  return true;
}

/**
 * A text of at most `byteLength` bytes of UTF-8, `char[byteLength]` in C: shorter ones end with a zero byte.
 *
 * Storing throws `RangeError` for a text that does not fit, unless `onTruncate` is given: then whole characters are
 * stored up to there, and it is told. It throws `TypeError` for anything but a string, and `RangeError` for a text with
 * U+0000, which would end it. Throws `RangeError` when `byteLength` is not an integer from 1 to the most that a block
 * can have.
 *
 * @example
 * ```ts
 * import { text } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const cut: string[] = [];
 * const Name = text(4, { onTruncate: ({ stored }) => cut.push(stored) });
 * const view = new DataView(new ArrayBuffer(4));
 * Name.write(view, 0, "añejo");
 * assert.equal(Name.read(view, 0), "añe");
 * assert.deepEqual(cut, ["añe"]);
 * ```
 */
export function text(byteLength: number, { onTruncate }: TextOptions = {}): Element<string> {
  if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > MAX_BLOCK_BYTES) {
    throw new RangeError(
      `Cannot make a text of ${shown(byteLength)} bytes: expected an integer from 1 to ${MAX_BLOCK_BYTES}`,
    );
  }
  const element: Element<string> = {
    name: `text(${byteLength})`,
    byteLength,
    alignment: 1,
    layout: `text(${byteLength})`,
    read: (view, byteOffset) => readText(view, byteOffset, byteLength),
    write(view, byteOffset, value): void {
      checkText(value);
      if (!writeAscii(view, byteOffset, byteLength, value)) writeUtf8(view, byteOffset, byteLength, value, onTruncate);
    },
  };
  if (onTruncate === undefined) silent.add(element);
  return element;
}

/** Texts without a listener: storing them runs no code of the program. */
const silent = new WeakSet<object>();

/** Whether an element is a text that tells nobody of what did not fit. */
export function isSilentText(element: object): boolean {
  return silent.has(element);
}

function checkText(value: string): void {
  if (typeof value !== "string") {
    throw refusal(new TypeError(`Cannot store ${shown(value)} as a text: expected a string`));
  }
}

function writeUtf8(
  view: DataView<ArrayBuffer>,
  byteOffset: number,
  byteLength: number,
  value: string,
  onTruncate: TextOptions["onTruncate"],
): void {
  if (value.includes("\0")) {
    throw refusal(new RangeError("Cannot store a text with U+0000: that ends a text of fixed length"));
  }
  const whole = encoder.encode(value);
  if (whole.length > byteLength && (onTruncate === undefined || isSought(view))) {
    throw refusal(new RangeError(`Cannot store a text of ${whole.length} bytes: ${byteLength} fit`));
  }
  const stored = new Uint8Array(byteLength);
  const { written } = encoder.encodeInto(value, stored);
  // Told before it is stored: the listener may use the same memory, and what it throws refuses the text.
  if (whole.length > byteLength) {
    onTruncate?.({ text: value, stored: decoder.decode(stored.subarray(0, written)), byteLength });
  }
  bytesAt(view, byteOffset, byteLength).set(stored);
}
