/** What the cases share: memory that is looked at, heaps and arenas that are made and given back. */
import assert from "node:assert/strict";
import { backend } from "../../../ffi/runtime/backend.ts";
import { callbackSignatures } from "../../../ffi/callback_signatures.ts";
import { withCallback } from "../../../ffi/runtime/callback.ts";
import { libc } from "../../../ffi/libc/libc.ts";
import { library } from "../../../ffi/library/library.ts";
import { mapPages } from "../../../ffi/libc/pages.ts";
import { isWithin } from "../../../ffi/releases.ts";
import { Sink, sinkFunctions } from "../../../ffi/libc/sink.ts";
import type { Address, ArenaId, Handle } from "../../../ffi/types.ts";

export const KiB = 1024;
export const MiB = 1024 * KiB;
/** More than any allocator has. */
export const TOO_MUCH = 2 ** 62;
/** A count whose product with 1000 does not fit 64 bits. */
export const OVERFLOW = 2n ** 61n;

/** The numeric address of a handle. */
export function addressOf(handle: Handle | null): Address {
  return handle === null ? 0 : backend().toAddress(handle);
}

/** The handle of a number that is not 0. */
export function handleOf(address: Address | bigint): Handle {
  const handle = backend().toHandle(Number(address));
  assert.ok(handle !== null);
  return handle;
}

/** A handle that is not NULL, of a block with at least `byteLength` usable bytes. */
export function block(handle: Handle | null, byteLength: number): Handle {
  assert.ok(handle !== null, "NULL");
  const usable = library().bind("blocks").usableSize(handle);
  assert.ok(usable >= byteLength, `${usable} usable bytes of ${byteLength}`);
  return handle;
}

/** The bytes of a block. */
export function bytesOf(handle: Handle, byteLength: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(backend().wrap(handle, 0, byteLength));
}

/** A block whose bytes are all zero. */
export function zeroed(handle: Handle | null, byteLength: number): Handle {
  const found = block(handle, byteLength);
  assert.ok(bytesOf(found, byteLength).every((byte) => byte === 0), "not zeroed");
  return found;
}

/** Leaves used memory of a size behind, so that zeroes are no accident. */
export function soil(byteLength: number): void {
  const { malloc, free } = library().bind("blocks");
  const blocks = Array.from({ length: 20 }, () => block(malloc(byteLength), byteLength));
  for (const each of blocks) bytesOf(each, byteLength).fill(0xaa);
  blocks.forEach(free);
}

/** Writes a pattern into a block. */
export function fill(handle: Handle, byteLength: number): void {
  bytesOf(handle, byteLength).forEach((_, index, bytes) => bytes[index] = 1 + index % 251);
}

/** A block that still holds the first `byteLength` bytes of the pattern of {@linkcode fill}. */
export function kept(handle: Handle | null, byteLength: number): Handle {
  const found = block(handle, byteLength);
  assert.ok(bytesOf(found, byteLength).every((byte, index) => byte === 1 + index % 251), "the contents changed");
  return found;
}

/** A handle whose address plus `offset` is a multiple of `alignment`. */
export function aligned(handle: Handle | null, alignment: number, offset = 0): Handle {
  assert.ok(handle !== null, "NULL");
  assert.equal((addressOf(handle) + offset) % alignment, 0, `${addressOf(handle)} + ${offset} at ${alignment}`);
  return handle;
}

/** Asserts that memory comes back when it is given to `free`: 300 blocks have fewer than 300 addresses. */
export function assertReuse(allocate: () => Handle | null, free: (handle: Handle) => unknown): void {
  const addresses = new Set<Address>();
  for (let count = 0; count < 300; count++) {
    const handle = allocate();
    assert.ok(handle !== null, "NULL");
    addresses.add(addressOf(handle));
    free(handle);
  }
  assert.ok(addresses.size < 300, `${addresses.size} addresses`);
}

/** Calls `use` with a heap of its own, which is destroyed afterwards. */
export function withHeap<R>(use: (heap: Handle) => R): R {
  const { heapNew, heapDestroy } = library().bind("heaps");
  const heap = heapNew();
  assert.ok(heap !== null, "NULL");
  try {
    return use(heap);
  } finally {
    heapDestroy(heap);
  }
}

/** A block of at least `byteLength` bytes that belongs to `heap`. */
export function owned(heap: Handle | null, handle: Handle | null, byteLength: number): Handle {
  const found = block(handle, byteLength);
  assert.ok(owns(heap, found), "the block belongs to another heap");
  return found;
}

/** Whether a block belongs to a heap, as the version tells. */
export function owns(heap: Handle | null, handle: Handle): boolean {
  const { heapContains, heapContainsBlock } = library().bind("ownership");
  return library().has("mi_heap_main") ? heapContains(heap, handle) : heapContainsBlock(heap, handle);
}

/** An arena, and what it lies in. */
export interface TestArena {
  readonly id: ArenaId;
  readonly start: Address;
  readonly end: Address;
}

/** Room for one `mi_arena_id_t`, and what C wrote there. */
export class ArenaIdSlot {
  readonly words: BigInt64Array<ArrayBuffer> = new BigInt64Array(1);

  /** The identifier, a number in 2.x and a pointer in 3.x. */
  get id(): ArenaId {
    if (library().version.major < 3) return new Int32Array(this.words.buffer)[0] ?? 0;
    return backend().toHandle(Number(this.words[0]));
  }
}

/** Reserves an arena of 64 MiB for heaps that are bound to it. */
export function reserveArena(): TestArena {
  const slot = new ArenaIdSlot();
  const result = library().bind("arenas").reserveOsMemoryEx(64 * MiB, true, false, true, slot.words);
  assert.equal(result, 0, `reserving ended with ${result}`);
  return describeArena(slot);
}

/** Where the arena of a slot lies. */
export function describeArena(slot: ArenaIdSlot): TestArena {
  const size = new BigUint64Array(1);
  const start = addressOf(library().bind("arenas").arenaArea(slot.id, size));
  assert.ok(start > 0);
  return { id: slot.id, start, end: start + Number(size[0]) };
}

/** A handle inside an arena. */
export function inside({ start, end }: TestArena, handle: Handle | null): Handle {
  assert.ok(handle !== null, "NULL");
  const address = addressOf(handle);
  assert.ok(address >= start && address < end, `${address} is not in ${start} to ${end}`);
  return handle;
}

/** Memory that an arena can be made of, in any version. */
export function mapArenaMemory(byteLength: number): Address {
  const address = mapPages(byteLength, 256 * MiB);
  assert.ok(address !== undefined, "the system gives no memory");
  return address;
}

/** What C writes to a stream of libc during `write`. */
export function record(write: (output: Handle, stream: Handle) => void): string {
  const sink = new Sink();
  write(sinkFunctions().output, sink.stream);
  return new TextDecoder().decode(sink.drain());
}

/** What mimalloc prints during `print`. */
export function recordOutput(print: () => void): string {
  const { registerOutput } = library().bind("hooks");
  const sink = new Sink();
  registerOutput(sinkFunctions().output, sink.stream);
  // What was printed before is replayed at every registration.
  sink.drain();
  try {
    print();
  } finally {
    registerOutput(null, null);
  }
  return new TextDecoder().decode(sink.drain());
}

/** The error numbers that mimalloc reports during `fail`. */
export function recordErrors(fail: () => void): number[] {
  const { registerError } = library().bind("hooks");
  const sink = new Sink();
  registerError(sinkFunctions().error, sink.stream);
  try {
    fail();
  } finally {
    registerError(null, null);
  }
  return [...sink.drain()];
}

/** How often, and with which `force`, mimalloc calls for a deferred free during `cause`. */
export function recordDeferredFrees(cause: () => void): boolean[] {
  const { registerDeferredFree } = library().bind("hooks");
  const calls: boolean[] = [];
  withCallback(callbackSignatures.deferredFree, (force) => {
    calls.push(force);
  }, (pointer) => {
    registerDeferredFree(pointer, null);
    try {
      cause();
    } finally {
      registerDeferredFree(null, null);
    }
  });
  return calls;
}

/** The zero-terminated text in a block. */
export function textOf(handle: Handle | null): string {
  assert.ok(handle !== null, "NULL");
  const bytes = bytesOf(handle, library().bind("blocks").usableSize(handle));
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}

/** A text as C takes it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** Memory that is not mimalloc's. */
export function foreignMemory(byteLength: number): Handle {
  const handle = libc("streams").calloc(1, byteLength);
  assert.ok(handle !== null);
  return handle;
}

/** A block of the default heap. */
export function malloc(byteLength: number): Handle {
  return block(library().bind("blocks").malloc(byteLength), byteLength);
}

/** Whether blocks have room behind what was asked for; those of builds with padding end there. */
export function hasRoom(): boolean {
  const handle = malloc(1001);
  const usable = library().bind("blocks").usableSize(handle);
  free(handle);
  return usable > 1001;
}

/** Whether `mi_expand` gives a block up to its usable size; from 2.0.6 on it gives none in builds with padding. */
export function expandsInPlace(): boolean {
  return hasRoom() || isWithin(library().version, { until: "2.0.5" });
}

/** A zeroed block of the default heap. */
export function zalloc(byteLength: number): Handle {
  return block(library().bind("blocks").zalloc(byteLength), byteLength);
}

/** A zeroed, aligned block of the default heap. */
export function zallocAligned(byteLength: number, alignment: number): Handle {
  return block(library().bind("aligned").zallocAlignedAt(byteLength, alignment, 0), byteLength);
}

/** Frees a block. */
export function free(handle: Handle | null): void {
  library().bind("blocks").free(handle);
}
