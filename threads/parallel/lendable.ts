import type { AnyView } from "../../heaps/allocator.ts";

/** A growing list of numbers, as far as lending it needs: `Vector` of numbers. */
export interface NumberList<V extends AnyView> {
  /** The elements as a view. */
  subarray(start?: number, end?: number): V;
  /** How many elements it has room for, which a typed array does not tell. */
  readonly capacity: number;
}

/** A growing list of structs, as far as lending it needs: `Vector` of structs. */
export interface StructList {
  /** What it holds. */
  readonly element: { readonly byteLength: number };
  /** How many it has. */
  readonly length: number;
  /** How many it has room for. */
  readonly capacity: number;
  /** Whether it is over. */
  readonly closed: boolean;
}

/** What can be lent to Workers. */
export type Lendable = AnyView | NumberList<AnyView> | StructList;

/** What a task is given for a part of `L`. */
export type LentView<L extends Lendable> = L extends AnyView ? L
  : L extends NumberList<infer V> ? V
  : DataView<ArrayBuffer>;
