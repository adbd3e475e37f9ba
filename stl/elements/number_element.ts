import type { View, ViewConstructor } from "../../heaps/allocator.ts";
import type { Element } from "./element.ts";

/** The typed array classes that columns of numbers are made of. */
export type NumberViewConstructor = Exclude<ViewConstructor, DataViewConstructor | Uint8ClampedArrayConstructor>;

/** What a typed array of the class `C` holds: number or bigint. */
export type StoredNumber<C extends NumberViewConstructor> = View<C> extends BigInt64Array | BigUint64Array ? bigint
  : number;

/** What a {@linkcode NumberElement} is made of. */
export interface NumberElementOptions<T, C extends NumberViewConstructor> {
  /** The name, for example "f64". */
  readonly name: string;
  /** The class of typed arrays that hold columns of it. */
  readonly viewType: C;
  /** What a column stores for a value. */
  readonly encode: (value: T) => StoredNumber<C>;
  /** The value of what a column stores. */
  readonly decode: (stored: StoredNumber<C>) => T;
  /** The value at a byte offset, least significant byte first. */
  readonly read: (view: DataView<ArrayBuffer>, byteOffset: number) => T;
  /** Stores a value at a byte offset. */
  readonly write: (view: DataView<ArrayBuffer>, byteOffset: number, value: T) => void;
}

/**
 * A number, bigint or boolean that is one element of a typed array. Numbers out of range wrap around, as they do in
 * typed arrays.
 */
export class NumberElement<T, C extends NumberViewConstructor> implements Element<T> {
  /** The name, for example "f64". */
  readonly name: string;
  /** Bytes of one value. */
  readonly byteLength: number;
  /** As many as {@linkcode NumberElement.byteLength}. */
  readonly alignment: number;
  /** The same as {@linkcode NumberElement.name}. */
  readonly layout: string;
  /** The class of typed arrays that hold columns of it. */
  readonly viewType: C;
  /** What a column stores for a value. */
  readonly encode: (value: T) => StoredNumber<C>;
  /** The value of what a column stores. */
  readonly decode: (stored: StoredNumber<C>) => T;
  /** The value at a byte offset, least significant byte first. */
  readonly read: (view: DataView<ArrayBuffer>, byteOffset: number) => T;
  /** Stores a value at a byte offset. */
  readonly write: (view: DataView<ArrayBuffer>, byteOffset: number, value: T) => void;

  /** Makes an element of its parts. */
  constructor({ name, viewType, encode, decode, read, write }: NumberElementOptions<T, C>) {
    this.name = name;
    this.byteLength = viewType.BYTES_PER_ELEMENT;
    this.alignment = viewType.BYTES_PER_ELEMENT;
    this.layout = name;
    this.viewType = viewType;
    this.encode = encode;
    this.decode = decode;
    this.read = read;
    this.write = write;
  }
}

/** Any number element, for constraints of type parameters. */
// deno-lint-ignore no-explicit-any -- encode and decode take and give T, so only any admits every one
export type AnyNumberElement = NumberElement<any, any>;

/** The typed array that holds a column of `E`. */
export type ColumnView<E extends AnyNumberElement> = View<E["viewType"]>;

/** A kind of integer that bits, tags and enumerations are stored as. */
// deno-lint-ignore no-explicit-any -- whatever typed array holds it
export type IntegerElement = NumberElement<number, any>;
