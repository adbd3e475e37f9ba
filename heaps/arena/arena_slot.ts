import type { ArenaId } from "../../ffi/types.ts";
import { type ArenaMember, currentSubprocess, type SubprocessState } from "../core/subprocess_state.ts";

/** How an arena was made; a closed one is reused for the same wish only. */
export interface ArenaShape {
  /** Who mapped the memory. */
  readonly origin: "reserved" | "mapped" | "managed" | "hugePages";
  /** Where the program mapped it; 0 when it did not. */
  readonly address: number;
  /** Bytes of the area. */
  readonly byteLength: number;
  /** Whether only heaps bound to it allocate in it. */
  readonly exclusive: boolean;
  /** Whether all of its memory was made accessible at once. */
  readonly commit: boolean;
  /** Whether it may use large pages. */
  readonly allowLarge: boolean;
  /** The NUMA node, -1 for any. */
  readonly numaNode: number;
}

/** An arena of mimalloc: it lasts until the process ends and is used by one `Arena` after another. */
export interface ArenaSlot {
  /** Identifier for C. */
  readonly id: ArenaId;
  /** How it was made. */
  readonly shape: ArenaShape;
  /** Address of the first byte. */
  readonly address: number;
  /** Bytes of the area. */
  readonly byteLength: number;
  /** The sub-process that it lies in. */
  readonly subprocess: SubprocessState;
  /** The heaps and scope pools in it. */
  readonly members: Set<ArenaMember>;
  /** The `Arena` that uses it, `undefined` while it waits for the next one. */
  holder: { readonly name: string } | undefined;
}

function keyOf(shape: ArenaShape): string {
  return JSON.stringify([
    shape.origin,
    shape.address,
    shape.byteLength,
    shape.exclusive,
    shape.commit,
    shape.allowLarge,
    shape.numaNode,
  ]);
}

/** Areas of closed arenas by their shape, for each sub-process. */
const unusedSlots = new WeakMap<SubprocessState, Map<string, ArenaSlot[]>>();

function unusedIn(subprocess: SubprocessState): Map<string, ArenaSlot[]> {
  let slots = unusedSlots.get(subprocess);
  if (slots === undefined) unusedSlots.set(subprocess, slots = new Map());
  return slots;
}

/** Takes a closed arena of that shape, if there is one. */
export function takeUnusedSlot(shape: ArenaShape): ArenaSlot | undefined {
  return unusedIn(currentSubprocess()).get(keyOf(shape))?.pop();
}

/** Keeps the arena of a closed `Arena` for the next one of its shape. */
export function keepUnusedSlot(slot: ArenaSlot): void {
  const key = keyOf(slot.shape);
  const unused = unusedIn(slot.subprocess);
  const slots = unused.get(key) ?? [];
  unused.set(key, slots);
  slots.push(slot);
}
