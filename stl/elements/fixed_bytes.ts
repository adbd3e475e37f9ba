import { shown } from "../core/refuse.ts";
import type { Element } from "./element.ts";
import { refusal } from "./refusal.ts";

function described(value: unknown): string {
  return value instanceof Uint8Array ? `a Uint8Array of ${value.length} bytes` : shown(value);
}

/** Bytes of one length, as of a digest or a UUID. What is read is a copy. */
export class FixedBytes implements Element<Uint8Array> {
  /** The name, for example "bytes(16)". */
  readonly name: string;
  /** Bytes of one value. */
  readonly byteLength: number;
  /** Bytes may begin anywhere. */
  readonly alignment: number = 1;
  /** The same as the name. */
  readonly layout: string;

  /** The bytes at a byte offset. */
  readonly read: Element<Uint8Array>["read"];
  /**
   * Stores bytes at a byte offset.
   *
   * Throws `TypeError` for anything but a Uint8Array of that length.
   */
  readonly write: Element<Uint8Array>["write"];

  /** Throws `RangeError` when `byteLength` is not an integer from 1 to 65,536. */
  constructor(byteLength: number) {
    if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > 65_536) {
      throw new RangeError(`Cannot make bytes(${shown(byteLength)}): expected an integer from 1 to 65,536`);
    }
    this.name = `bytes(${byteLength})`;
    this.byteLength = byteLength;
    this.layout = this.name;
    this.read = (view, byteOffset): Uint8Array => {
      const copy = new Uint8Array(byteLength);
      for (let i = 0; i < byteLength; i++) copy[i] = view.getUint8(byteOffset + i);
      return copy;
    };
    this.write = (view, byteOffset, value): void => {
      if (!(value instanceof Uint8Array) || value.length !== byteLength) {
        throw refusal(new TypeError(`Cannot store ${described(value)}: expected a Uint8Array of ${byteLength} bytes`));
      }
      for (let i = 0; i < byteLength; i++) view.setUint8(byteOffset + i, value[i]!);
    };
  }
}

/**
 * Bytes of one length, as keys, values and fields.
 *
 * Throws `RangeError` when `byteLength` is not an integer from 1 to 65,536.
 */
export function bytes(byteLength: number): FixedBytes {
  return new FixedBytes(byteLength);
}
