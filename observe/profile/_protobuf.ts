import { Buffer } from "node:buffer";

/** Writes messages of protocol buffers: varints, texts and messages within messages. */
export class ProtobufWriter {
  readonly #bytes: number[] = [];

  /** The message so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  /** A field of a signed integer of 64 bits; 0 is not written, being what a reader takes for nothing. */
  int(field: number, value: number): this {
    if (value === 0) return this;
    return this.#varint(BigInt(field * 8)).#varint(BigInt(value));
  }

  /** A field of several integers in a row. */
  ints(field: number, values: readonly number[]): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(BigInt(value));
    return this.#bytesField(field, packed.#bytes);
  }

  /** A field of text, the empty one too. */
  text(field: number, text: string): this {
    return this.#bytesField(field, Buffer.from(text));
  }

  /** A field that is a message itself. */
  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.#bytesField(field, inner.#bytes);
  }

  #bytesField(field: number, bytes: ArrayLike<number>): this {
    this.#varint(BigInt(field * 8 + 2)).#varint(BigInt(bytes.length));
    for (let i = 0; i < bytes.length; i++) this.#bytes.push(bytes[i]!);
    return this;
  }

  #varint(value: bigint): this {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) this.#bytes.push(Number(rest & 127n) | 128);
    this.#bytes.push(Number(rest));
    return this;
  }
}

/** A field of a message: a number, or bytes that are a text, a message or packed numbers. */
export interface ProtobufField {
  readonly field: number;
  readonly value: bigint;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** The fields of a message, in order. Throws `RangeError` where it is cut off or no message. */
export function* readFields(bytes: Uint8Array): Generator<ProtobufField> {
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = Number(reader.varint());
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { field, value: reader.varint(), bytes: NOTHING };
        break;
      case 2:
        yield { field, value: 0n, bytes: reader.take(Number(reader.varint())) };
        break;
      case 1:
      case 5:
        reader.take(tag % 8 === 1 ? 8 : 4);
        break;
      default:
        throw new RangeError(`Cannot read a profile: its field ${field} has the unknown wire type ${tag % 8}`);
    }
  }
}

/** The numbers of a packed field, or of one that holds a single one. */
export function readInts({ value, bytes }: ProtobufField): number[] {
  if (bytes.length === 0) return [signed(value)];
  const reader = new Reader(bytes);
  const values: number[] = [];
  while (!reader.done) values.push(signed(reader.varint()));
  return values;
}

/** A number of 64 bits with its sign. */
export function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new RangeError("Cannot read a profile: it is cut off");
    return this.#bytes.subarray(this.#at, this.#at += length);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError("Cannot read a profile: a number in it has more than 64 bits");
  }
}
