import { library } from "../../ffi/library/library.ts";
import { inheritedFrom, whenLifeEnds } from "../../ffi/library/life.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { ArenaId } from "../../ffi/types.ts";
import { type ArenaMember, currentSubprocess, mainSubprocess, type SubprocessState } from "../core/subprocess_state.ts";

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
  holder: (ArenaMember & { readonly name: string }) | undefined;
}

/** An arena that a life of this module leaves to the next one. */
type LeftArena = Pick<ArenaSlot, "shape" | "address" | "byteLength"> & { readonly id: number };

/** Every arena of this thread; mimalloc keeps them until the process or their sub-process ends. */
const slots: ArenaSlot[] = [];
let adopted = false;

/** The arenas of this thread, those that wait for their next use included. */
export function arenaSlots(): readonly ArenaSlot[] {
  adopt();
  return slots;
}

/** Notes an arena that was made. */
export function addSlot(slot: ArenaSlot): void {
  whenLifeEnds("arenas", endArenas, leftArenas);
  slots.push(slot);
  slot.subprocess.afterwards(() => slots.splice(slots.indexOf(slot), 1));
}

function endArenas(): LeftArena[] {
  for (const { holder } of [...slots]) holder?.destroy();
  return leftArenas();
}

function leftArenas(): LeftArena[] {
  return slots.filter(({ subprocess }) => subprocess === mainSubprocess).map(({ id, shape, address, byteLength }) => ({
    id: typeof id === "object" && id !== null ? backend().toAddress(id) : Number(id),
    shape,
    address,
    byteLength,
  }));
}

/** Takes over what the last life of this module has left, once the library is open. */
function adopt(): void {
  if (adopted) return;
  const { version } = library();
  adopted = true;
  for (const { id, ...rest } of inheritedFrom("arenas") as LeftArena[] | undefined ?? []) {
    const handle: ArenaId = version.major < 3 ? id : backend().toHandle(id);
    const slot: ArenaSlot = { ...rest, id: handle, subprocess: mainSubprocess, members: new Set(), holder: undefined };
    addSlot(slot);
    keepUnusedSlot(slot);
  }
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
  adopt();
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
