import { forgetRealm, listRealms, type Realm, takeRealm } from "../../ffi/libc/realms.ts";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";
import { endRangeClaimsOf } from "./arena_ranges.ts";
import { HandedBlock } from "./handed_block.ts";
import { HandedHeap } from "./handed_heap.ts";
import { endHeap } from "./heap_end.ts";
import { HeapUsers } from "./heap_users.ts";
import { storeDetail } from "./open_heaps.ts";
import { countFor, ON_THE_WAY, OWNED, PREPARED, realmIn, stateOf } from "./ownership.ts";
import { endClaimsOf, SharedEntry } from "./shared_entry.ts";
import { leaveForEnded } from "./shared_memory.ts";
import { fromMain } from "./subprocess_state.ts";

/** A heap that a realm has left when it ended. */
export interface LeftHeap {
  /** Where mimalloc has it. */
  readonly address: Address;
  /** Its users when it was shared, the realm that ended among them. */
  readonly users: HeapUsers | undefined;
}

/** A realm that has ended, and what it left. */
export interface EndedRealm {
  /** What is known of it. */
  readonly realm: Realm;
  /** Its entries. */
  readonly entries: readonly SharedEntry[];
}

/**
 * The Workers that have ended and were not dealt with, each told once in the process; again, when the thread that deals with
 * one is killed meanwhile.
 */
export function* takeEndedRealms(): IterableIterator<EndedRealm> {
  const ended = listRealms().filter(({ alive, main }) => !alive && !main);
  if (ended.length === 0) return;
  // Behind the list: those that have ended make no more of them.
  const entries = [...SharedEntry.all()].filter((entry) => isProperty(entry));
  for (const realm of ended) {
    const { number } = realm;
    if (!takeRealm(number)) continue;
    try {
      endClaimsOf(number);
      endRangeClaimsOf(number);
      yield { realm, entries: entries.filter((entry) => realmOf(entry) === number) };
    } finally {
      forgetRealm(number);
    }
  }
}

/** Heaps and blocks change hands. */
function realmOf(entry: SharedEntry): number {
  return entry.thing.kind === "member" ? entry.realm : realmIn(entry.count);
}

function isProperty(entry: SharedEntry): boolean {
  const { kind } = entry.thing;
  return kind === "store" || kind === "block" || kind === "member";
}

/**
 * The heaps of an ended realm that can be destroyed or adopted, which nobody else finds from then on: those in the main
 * sub-process, of which no buffer was moved away, where heaps outlive their threads.
 */
export function takeLeftHeaps({ realm, entries }: EndedRealm): LeftHeap[] {
  const heaps: LeftHeap[] = [];
  for (const entry of entries) {
    const { kind, address, subprocess } = entry.thing;
    if (kind !== "store") continue;
    const reference = entry.detail(storeDetail.users);
    const keeps = entry.detail(storeDetail.keeps) === 1;
    // Somebody else may be at it too.
    if (!entry.change((count) => isHad(count, realm) ? 0 : undefined)) continue;
    // It ended when it was about to have one.
    if (address === 0) continue;
    if (subprocess !== 0 || keeps || !library().sharedHeaps) continue;
    heaps.push({ address, users: reference === 0 ? undefined : HeapUsers.over(SharedEntry.at(reference - 1)) });
  }
  return heaps;
}

function isHad(count: number, { number }: Realm): boolean {
  return count === countFor(OWNED, number) || count === countFor(PREPARED, number);
}

/** Destroys a heap that was left, unless others use it. */
export function destroyLeftHeap({ address, users }: LeftHeap): void {
  if (users === undefined || users.leave()) fromMain(() => endHeap(backend().toHandle(address)!));
}

/** Leaves the memory that an ended realm has used together with others. */
export function leaveSharedMemory({ entries }: EndedRealm): void {
  for (const entry of entries) if (entry.thing.kind === "member") leaveForEnded(entry);
}

/** Frees the blocks that an ended realm had received from others; returns how many bytes that were. */
export function freeReceivedBlocks({ realm, entries }: EndedRealm): number {
  return entries.filter((entry) => entry.thing.kind === "block")
    .reduce((sum, entry) => sum + HandedBlock.endOf(entry, realm.number), 0);
}

/** Leaves what an ended realm has to the end of the process; nobody needs its entries any more. */
export function keepAll({ realm, entries }: EndedRealm): void {
  for (const entry of entries) {
    if (entry.thing.kind !== "member") entry.change((count) => isKept(count, realm) ? 0 : undefined);
  }
}

/** What is on its way can still be received. */
function isKept(count: number, { number }: Realm): boolean {
  return realmIn(count) === number && stateOf(count) !== ON_THE_WAY;
}

/** Takes over the blocks and heaps that an ended realm had sent to others, and nobody has received yet. */
export function takeMessages({ realm, entries }: EndedRealm): (HandedBlock | HandedHeap)[] {
  return entries.map((entry) => {
    const { kind } = entry.thing;
    if (kind === "member") return undefined;
    return (kind === "block" ? HandedBlock : HandedHeap).inheritFrom(entry, realm.number);
  }).filter((handed) => handed !== undefined);
}
