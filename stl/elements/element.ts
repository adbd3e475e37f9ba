/**
 * What a container holds or a struct is made of: a kind of value with a fixed number of bytes. Number elements,
 * structs, fixed texts and enumerations are elements.
 */
export interface Element<T, Input = T> {
  /** What messages call it, for example "f64" or "Particle". */
  readonly name: string;
  /** Bytes of one value. */
  readonly byteLength: number;
  /** The address of a value is a multiple of this in C layout: a power of two. */
  readonly alignment: number;
  /** Names everything that decides how bytes are read; equal texts mean equal layouts. */
  readonly layout: string;
  /** The value at `byteOffset`, as a copy that outlives the memory. Works without `this`. */
  read(this: void, view: DataView<ArrayBuffer>, byteOffset: number): T;
  /** Stores `value` at `byteOffset`. Works without `this`. */
  write(this: void, view: DataView<ArrayBuffer>, byteOffset: number, value: Input): void;
}

/** Any element, for constraints of type parameters. */
export type AnyElement = Element<unknown, never>;

/** The JavaScript value that the element `E` reads: number, bigint, boolean, string or a plain object. */
export type InferElement<E extends AnyElement> = ReturnType<E["read"]>;

/** The JavaScript value that the element `E` can store. */
export type InferInput<E extends AnyElement> = Parameters<E["write"]>[2];
