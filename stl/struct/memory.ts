import { ClosedError } from "../../heaps/allocator.ts";
import { INSPECT } from "../core/portrait.ts";
import type { AnyElement } from "../elements/element.ts";

/** How much memory there has been. */
let made = 0;

/** The memory that accessors look into; its view changes when the memory moves, and is empty when it ended. */
export class Memory {
  /**
   * Tells it from all other memory. Test libraries compare accessors by their own properties, of which this is the
   * first that differs; they do not look at the bytes of a DataView (Bun 1.4), or throw for one that was detached
   * (Deno 2.9).
   */
  readonly serial: number = ++made;
  /** The bytes, from the first element on. */
  view: DataView<ArrayBuffer>;
  /** What messages call the holder of the memory. */
  readonly label: string;
  /** The number that references know it by; 0 before the first one is made, -1 where there may be none. */
  id = 0;
  /** Whether it is the block of one struct, which can be freed. */
  readonly alone: boolean;
  /** Where a container took it from. */
  readonly storage: { stateOf(view: DataView<ArrayBuffer>, length: number): string | undefined } | undefined;

  /** Memory that `label` holds. */
  constructor(view: DataView<ArrayBuffer>, label: string, alone = false, storage?: Memory["storage"]) {
    this.view = view;
    this.label = label;
    this.alone = alone;
    this.storage = storage;
  }
}

// What a spread accessor has instead of its fields.
Object.defineProperty(Memory.prototype, INSPECT, {
  value(this: Memory): string {
    return `memory of a ${this.label}: toObject() of an accessor copies the fields`;
  },
});

/** The bytes of memory that ended. */
export const NO_BYTES: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(0));

// Symbols, because every text may be the name of a field.
/** Where an accessor keeps its {@linkcode Memory}. */
export const MEMORY: unique symbol = Symbol("memory");
/** Where an accessor keeps the offset of its first byte. */
export const OFFSET: unique symbol = Symbol("offset");
/** Where an accessor keeps those of its parts. */
export const PARTS: unique symbol = Symbol("parts");

/** Where the prototype of an accessor keeps what it is an accessor of. */
export const ELEMENT: unique symbol = Symbol("element");

/** What every accessor has: where it is. */
export interface Place {
  /** What is there. */
  readonly [ELEMENT]: AnyElement;
  /** What it looks into. */
  [MEMORY]: Memory;
  /** The offset of its first byte. */
  [OFFSET]: number;
  /** The accessors of its parts, made when they are first asked for and moved along with it. */
  [PARTS]: Place[] | undefined;
}

/**
 * Stores in `memory` once more what was just stored at `byteOffset` of the view that it had before a getter of the value
 * moved it: a scope leaves that readable.
 */
export function storeAgain(
  before: DataView<ArrayBuffer>,
  memory: Memory,
  byteOffset: number,
  byteLength: number,
): void {
  const stored = new Uint8Array(before.buffer, before.byteOffset + byteOffset, byteLength);
  try {
    const { view } = memory;
    new Uint8Array(view.buffer, view.byteOffset + byteOffset, byteLength).set(stored);
  } catch (error) {
    throw accessError(error, memory);
  }
}

/** Whether memory was taken back. */
export function isEnded({ view }: Memory): boolean {
  return view.buffer.byteLength === 0;
}

/** The error to throw for what an access threw: `ClosedError` when the memory has ended. */
export function accessError(error: unknown, memory: Memory): unknown {
  if (!isEnded(memory)) return error;
  const state = memory.storage?.stateOf(memory.view, 1) ?? "it was taken back";
  return new ClosedError(`Cannot access memory of a ${memory.label}: ${state}`);
}

/** What factories of accessors need; they use nothing else but globals. */
export interface Keys {
  /** See {@linkcode MEMORY}. */
  readonly MEMORY: typeof MEMORY;
  /** See {@linkcode OFFSET}. */
  readonly OFFSET: typeof OFFSET;
  /** See {@linkcode PARTS}. */
  readonly PARTS: typeof PARTS;
  /** See {@linkcode accessError}. */
  readonly accessError: typeof accessError;
}

/** The only {@linkcode Keys}. */
export const KEYS: Keys = { MEMORY, OFFSET, PARTS, accessError };

// An entry stays for as long as some reference may hold its number.
const memories = new Map<number, Memory>();
const FEW = 64;
let lastId = 0;
let sweepAt = FEW;

/** Forgets memory that has ended. */
function sweep(): void {
  for (const [id, memory] of memories) {
    if (!isEnded(memory)) continue;
    memory.id = 0;
    memories.delete(id);
  }
  sweepAt = Math.max(FEW, 2 * memories.size);
}

/** The number of the memory of an accessor, from 1 on. */
export function idOf({ [MEMORY]: memory }: Place): number {
  if (memory.id > 0) return memory.id;
  if (memory.id < 0) {
    throw new TypeError(`Cannot refer to a value of a ${memory.label}: it may go while others stay, keep its handle`);
  }
  if (memories.size >= sweepAt) sweep();
  memory.id = ++lastId;
  memories.set(memory.id, memory);
  return memory.id;
}

/** The memory of a number; `undefined` when it has ended. */
export function memoryOf(id: number): Memory | undefined {
  const memory = memories.get(id);
  return memory === undefined || isEnded(memory) ? undefined : memory;
}
