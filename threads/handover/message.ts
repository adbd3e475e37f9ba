import type { AnyView } from "../../heaps/allocator.ts";
import type { Heap } from "../../heaps/heap/heap.ts";
import type { Container } from "../../stl/core/container.ts";
import type { ContainerOptions } from "../../stl/core/storage.ts";
import type { Memory } from "../../stl/struct/memory.ts";
import type { AccessorMethods } from "../../stl/struct/struct_types.ts";

/** What `send()` posts besides: a Worker, a MessagePort, or the global object of a web Worker. */
export interface Port {
  /** Posts a message to the other side. */
  postMessage(message: unknown): void;
}

/** What is handed over: a view, a container, a struct that `Struct.create()` made, or a whole heap. */
// deno-lint-ignore no-explicit-any -- a struct of any fields
export type Handed = AnyView | Container | AccessorMethods<any> | Heap;

/** What can be sent: what is handed over, or an object of which some properties are; all others are copied. */
export type Sendable = Handed | Readonly<Record<string, unknown>>;

/** What a struct is to {@linkcode Maker}. */
export interface StructOf<V> {
  /** What messages call it. */
  readonly name: string;
  /** Names every field with its kind and place. */
  readonly layout: string;
  /** Makes an accessor. */
  open(memory: Memory, byteOffset: number): V;
}

/**
 * How the receiver makes what was sent, whose types belong to the thread of the sender: a function that makes an empty
 * container of the same kinds with the given options, or the struct.
 */
export type Maker<V> = ((options: ContainerOptions) => V) | StructOf<V>;

/** The {@linkcode Maker}s of a message: one when all of it is a container or struct, else by the names of properties. */
export type Makers<T> = Maker<T> | { readonly [K in keyof T]?: Maker<T[K]> };

/** A container or struct of a message. */
export interface HandedContents {
  /** What it is called. */
  readonly label: string;
  /** Names its kinds and their layout. */
  readonly shape: number;
  /** What it keeps beside its memory. */
  readonly numbers: readonly number[];
  /** Where the process keeps what it knows of each block; `null` for one without bytes. */
  readonly keys: readonly (string | null)[];
}

/** A heap of a message. */
export interface HandedHeapContents {
  /** What it is called. */
  readonly name: string;
  /** Where the process keeps what it knows of it. */
  readonly key: string;
}

/** What the whole of a message that is one view is called. */
export const WHOLE = "";

/** A message that `send()` has posted, and `receive()` turns into a `T`. It is plain data, and good for one receiver. */
export interface Message<T> {
  /** Where the process keeps what it knows of each view, and a secret of 128 bits; by the name of the property. */
  readonly handedOver: Readonly<Record<string, string>>;
  /** The containers and structs. */
  readonly contents: Readonly<Record<string, HandedContents>>;
  /** The heaps. */
  readonly heaps: Readonly<Record<string, HandedHeapContents>>;
  /** The properties that are copied; `undefined` when the message is one view. */
  readonly copied: Readonly<Record<string, unknown>> | undefined;
  /** There for the type checker alone. */
  readonly received?: T;
}

/** What `takeBack()` has freed. */
export interface TakenBack {
  /** Blocks that were freed. */
  blocks: number;
  /** Their bytes. */
  bytes: number;
}
