/**
 * The one interface that containers and programs are written against: something that hands out typed views of memory
 * which it can take back.
 *
 * @module
 */
export { AllocationError, ClosedError } from "./errors.ts";

/** The classes of views that an {@linkcode Allocator} can hand out: every typed array, and DataView. */
export type ViewConstructor =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Uint8ClampedArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor
  | Float16ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | DataViewConstructor;

/** The view that the class `T` makes. */
export type View<T extends ViewConstructor> = T extends Int8ArrayConstructor ? Int8Array<ArrayBuffer>
  : T extends Uint8ArrayConstructor ? Uint8Array<ArrayBuffer>
  : T extends Uint8ClampedArrayConstructor ? Uint8ClampedArray<ArrayBuffer>
  : T extends Int16ArrayConstructor ? Int16Array<ArrayBuffer>
  : T extends Uint16ArrayConstructor ? Uint16Array<ArrayBuffer>
  : T extends Int32ArrayConstructor ? Int32Array<ArrayBuffer>
  : T extends Uint32ArrayConstructor ? Uint32Array<ArrayBuffer>
  : T extends BigInt64ArrayConstructor ? BigInt64Array<ArrayBuffer>
  : T extends BigUint64ArrayConstructor ? BigUint64Array<ArrayBuffer>
  : T extends Float16ArrayConstructor ? Float16Array<ArrayBuffer>
  : T extends Float32ArrayConstructor ? Float32Array<ArrayBuffer>
  : T extends Float64ArrayConstructor ? Float64Array<ArrayBuffer>
  : T extends DataViewConstructor ? DataView<ArrayBuffer>
  : never;

/** Any view over an ArrayBuffer. */
export type AnyView = ArrayBufferView<ArrayBuffer>;

/** Where a block has to begin. */
export interface AllocateOptions {
  /**
   * The address of byte `offset` is a multiple of this: a power of two, at most 1,048,576 (1 MiB).
   *
   * @default {16}
   */
  readonly alignment?: number;
  /**
   * The byte of the block that is aligned, from 0 to the last.
   *
   * @default {0}
   */
  readonly offset?: number;
}

/** What can be copied into memory: bytes, or numbers that are stored as bytes. */
export type ByteSource = ArrayBufferLike | ArrayBufferView | Iterable<number>;

/** Hands out typed views of memory and takes them back. A view that was taken back has length 0. */
export interface Allocator extends Disposable {
  /** The name given by the program, for messages and metrics. */
  readonly name: string;
  /** The most bytes that may be live at once; `Infinity` when there is no limit. */
  readonly limit: number;
  /** Bytes that are handed out and not taken back. */
  readonly liveBytes: number;
  /** Blocks that are handed out and not taken back. */
  readonly liveBlocks: number;
  /** Whether it is closed; then every call but `close` and `destroy` throws. */
  readonly closed: boolean;

  /** A view of `length` elements (of bytes for DataView); its contents are whatever was there before. */
  allocate<T extends ViewConstructor>(
    type: T,
    length: number,
    options?: AllocateOptions,
  ): View<T>;
  /** A view of `length` elements, all zero. */
  allocateZeroed<T extends ViewConstructor>(
    type: T,
    length: number,
    options?: AllocateOptions,
  ): View<T>;
  /** A view of the same class with `length` elements and the contents of `view`, which is taken back. */
  reallocate<V extends AnyView>(view: V, length: number): V;
  /**
   * Takes a view back. `outgrown` says that its contents lie elsewhere now, so that its memory is more than what is
   * needed, and better given back to the system than kept ready.
   *
   * @default {false}
   */
  free(view: AnyView, outgrown?: boolean): void;
  /** A view of a copy of `source`. */
  bytes(source: ByteSource): Uint8Array<ArrayBuffer>;
  /** A view of `source` in UTF-8. */
  text(source: string): Uint8Array<ArrayBuffer>;
  /**
   * Calls `listener` whenever it has taken back several blocks at once and goes on, as the rollback of a scope does,
   * until what this returns is disposed of. An allocator that never does has no such method.
   */
  onTakeBack?(listener: () => void): Disposable;
}
