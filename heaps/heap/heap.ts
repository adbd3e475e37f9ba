import type { AllocateOptions, Allocator, AnyView, ByteSource, View, ViewConstructor } from "../allocator.ts";
import { type Arena, slotOf } from "../arena/arena.ts";
import { checkedLimit, checkOptions, refuseArgument, requireObject } from "../argument.ts";
import { type Block, claimBuffer } from "../core/block.ts";
import { blockOfPart, blockOfWhole, ownerOf } from "../core/block_of_view.ts";
import { BlockStore } from "../core/block_store.ts";
import { encodeCString, encodeText, toBytes } from "../core/byte_source.ts";
import { holdersOf } from "../core/heap_holders.ts";
import { holdBlock, requireNotHeld } from "../core/holds.ts";
import { watchHeap } from "../core/open_heaps.ts";
import { shortByteLength, writeShort } from "../core/short_text.ts";
import {
  checkAlignment,
  checkedByteLength,
  createView,
  elementByteLength,
  MAX_BLOCK_BYTES,
  ownClass,
  viewType,
} from "../core/view.ts";
import { LeakError } from "../errors.ts";
import type { DeferredFreeListener } from "../hooks/deferred_free.ts";
import { inflate, type InflateOptions } from "../input/inflate.ts";
import { readFile } from "../input/read_file.ts";
import { type ByteStream, type ReadOptions, readStream } from "../input/read_stream.ts";
import { heapStats } from "../stats/heap_stats.ts";
import type { Stats } from "../stats/stats_types.ts";
import { attachStore } from "./_attach_store.ts";
import { defer } from "./_defer.ts";
import { GivenStore, givenStore } from "./_given_store.ts";
import { newHeap } from "./_new_heap.ts";
import { areasOf, blocksOf } from "./_visit_heap.ts";
import { whenAlone } from "./_when_alone.ts";
import { describeSites, tracedSites, traceStore } from "./_trace.ts";
import type { HeapArea, HeapBlocks } from "./heap_area.ts";

/**
 * What another thread needs to use a heap: made by `Heap.share()`, sent with `postMessage()`, taken by `Heap.attach()`.
 * It is good in this process alone.
 */
export interface HeapTicket {
  /** The name of the heap. */
  readonly name: string;
  /** Where the process keeps what it knows of the heap, and a secret of 128 bits that nobody can guess. */
  readonly key: string;
}

/** Options of a {@linkcode Heap}. */
export interface HeapOptions {
  /** A name for messages and metrics. */
  readonly name?: string;
  /**
   * The most bytes that may be in use at once; checked before C is called.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
  /** The arena that all of the heap's memory lies in. */
  readonly arena?: Arena;
  /**
   * Whether the heap remembers for each block which calls allocated it, so that {@linkcode LeakError} names their lines:
   * for tests and for the search for a leak, because it takes microseconds and a stack for each block.
   *
   * @default {false}
   */
  readonly trace?: boolean;
}

/** Options of `Heap.whenAlone()`. */
export interface AloneOptions {
  /**
   * Milliseconds after which nothing has come of it.
   *
   * @default {Infinity}
   */
  readonly timeout?: number;
}

let unnamed = 0;

/** The blocks behind a heap, for scopes; not part of the public interface. */
export let storeOf: (heap: Heap) => BlockStore;

/**
 * A heap of mimalloc: blocks are taken in any order, freed in any order, and all at once at the end. Each block is a
 * real typed array over native memory; freeing it leaves a typed array of length 0.
 *
 * Contents of a new block are whatever was in that memory before, unless it is asked for zeroed.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples", limit: 2 ** 20 });
 * const samples = heap.allocateZeroed(Float64Array, 1000);
 * assert.equal(heap.liveBytes, 8000);
 * heap.free(samples);
 * assert.equal(samples.length, 0);
 * assert.throws(() => heap.free(samples), TypeError);
 * ```
 */
export class Heap implements Allocator {
  readonly #store: BlockStore;
  /** The arena that the heap is bound to, or `undefined`. */
  readonly arena: Arena | undefined;
  /** The name for messages and metrics. */
  readonly name: string;

  static {
    storeOf = (heap: Heap): BlockStore =>
      #store in Object(heap) ? heap.#store : refuseArgument(heap, "use a heap", "a Heap");
  }

  /**
   * Makes a heap (`mi_heap_new`, `mi_heap_new_in_arena`).
   *
   * Throws `TypeError` for an option that there is not, `RangeError` for a limit that is not a positive integer,
   * {@linkcode ClosedError} when the arena is closed and {@linkcode AllocationError} when mimalloc has no memory for a
   * heap (on 3.6 also when 64,512 heaps are live).
   */
  constructor(options: HeapOptions = {}) {
    const { name, arena, limit, trace } = requireObject(options, "make a heap");
    if (givenStore(options) === undefined) checkOptions(options, "make a heap", ["name", "limit", "arena", "trace"]);
    this.name = name === undefined ? `heap ${++unnamed}` : String(name);
    this.arena = arena;
    const label = arena !== undefined ? `heap "${this.name}" in arena "${arena?.name}"` : `heap "${this.name}"`;
    const checked = checkedLimit(limit);
    // Behind everything that may run code of the program, which may close the arena.
    const slot = arena === undefined ? undefined : slotOf(arena);
    this.#store = givenStore(options) ?? new BlockStore(newHeap(slot, label), label, checked);
    if (name === undefined) this.#store.isNamed = false;
    if (trace) traceStore(this.#store);
    this.#store.enterHome(slot?.members ?? this.#store.budget.subprocess.members);
    watchHeap(this, this.#store);
  }

  /**
   * A ticket with which another thread can use this heap, to be sent with `postMessage()` or as text. From 3.3 on any
   * thread can; before, only the one that made the heap. Whoever has the ticket has the heap.
   *
   * Throws {@linkcode ClosedError} when the heap is closed, `Error` when 65,536 heaps and sub-processes are shared, and
   * `UnsupportedError` where threads find no memory in common (Windows).
   */
  share(): HeapTicket {
    return { name: this.name, key: this.#store.share() };
  }

  /**
   * The heap that another thread has shared, as a heap of this thread: blocks and figures are its own, and mimalloc's
   * heap lives until the last thread has closed or destroyed its own.
   *
   * Throws {@linkcode WrongThreadError} before 3.3 when the heap was made by another thread,
   * {@linkcode ClosedError} when it is destroyed, `TypeError` for a ticket that `share()` did not make.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "frames" });
   * using same = Heap.attach(heap.share());
   * const pixels = same.allocate(Uint8Array, 64);
   * assert.equal(same.liveBytes, pixels.byteLength);
   * assert.equal(heap.liveBytes, 0);
   * ```
   */
  static attach(ticket: HeapTicket): Heap {
    const { name, key } = requireObject(ticket, "attach a heap", "a ticket of Heap.share()");
    const label = String(name);
    return new Heap(new GivenStore(label, attachStore(label, key)));
  }

  /** The most bytes that may be in use at once. */
  get limit(): number {
    return this.#store.budget.limit;
  }

  /** Bytes that are handed out and not freed. */
  get liveBytes(): number {
    return this.#store.liveBytes;
  }

  /** Blocks that are handed out and not freed. */
  get liveBlocks(): number {
    return this.#store.liveBlocks;
  }

  /** Blocks whose buffer the program moved away, by `transfer()` for example; their memory is never freed. */
  get escapedBlocks(): number {
    return this.#store.budget.escapedBlocks;
  }

  /** Blocks that are freed as soon as the runtime's own input or output lets go of their buffer (Bun). */
  get quarantinedBlocks(): number {
    return this.#store.budget.quarantinedBlocks;
  }

  /** Whether the heap is closed. */
  get closed(): boolean {
    return !this.#store.open;
  }

  /**
   * A view of `length` elements of `type` (of bytes for DataView) over a block of its own (`mi_heap_malloc`,
   * `mi_heap_malloc_aligned_at`). It begins at a multiple of 16 bytes (of 8 when it is no longer than 8 bytes) unless
   * `options` say otherwise.
   *
   * Throws `TypeError` for a `type` that is not a view class; `RangeError` when `length` is not a positive integer,
   * when the block would exceed 4,294,967,295 bytes, when the alignment is not a power of two up to 2^20 or the offset
   * lies outside of the block; {@linkcode AllocationError} when the limit is hit or there is no memory;
   * {@linkcode ClosedError} when the heap is closed.
   */
  allocate<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    const byteLength = typeof length === "number" ? length * elementByteLength(type) : 0;
    if (
      byteLength === 0 || length >>> 0 !== length ||
      byteLength > MAX_BLOCK_BYTES
    ) return this.allocate(ownClass(type, length), length, options);
    const block = options === undefined
      ? this.#store.allocate(byteLength, false)
      : this.#allocateAligned(byteLength, false, options);
    claimBuffer(block);
    return createView(type, block.buffer, 0, length);
  }

  /** Like {@linkcode Heap.allocate}, with every byte zero (`mi_heap_zalloc`, `mi_heap_zalloc_aligned_at`). */
  allocateZeroed<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    if (elementByteLength(type) === 0) return this.allocateZeroed(ownClass(type, length), length, options);
    const byteLength = checkedByteLength(type, length);
    const block = options === undefined
      ? this.#store.allocate(byteLength, true)
      : this.#allocateAligned(byteLength, true, options);
    block.zeroed = true;
    claimBuffer(block);
    return createView(type, block.buffer, 0, length);
  }

  #allocateAligned(byteLength: number, zeroed: boolean, options: AllocateOptions): Block {
    const { alignment = 16, offset = 0 } = requireObject(options, "allocate");
    checkAlignment(alignment, offset, byteLength);
    // Deno does not take -0 for an integer.
    return this.#store.allocateAligned(byteLength, zeroed, alignment, offset >>> 0);
  }

  /**
   * A view of the same class with `length` elements and the contents of `view`; bytes beyond those are whatever was
   * there before. The block stays where it is when it has room, and keeps its alignment. `view` has length 0
   * afterwards; when this throws it is unchanged.
   *
   * When the block moves, the old one gives its pages back to the system at once (Linux): from 32 MiB on, and from 1 MiB
   * on when more is in use than at any such time before. Not in memory that the program gave to an arena, that is
   * locked or of huge pages, nor while `purge_delay` is negative or at least a minute.
   *
   * Throws like {@linkcode Heap.allocate} and like {@linkcode Heap.free}.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap();
   * const few = heap.allocate(Uint32Array, 2).fill(7);
   * const many = heap.reallocate(few, 1000);
   * assert.deepEqual([few.length, many[1], many.length], [0, 7, 1000]);
   * ```
   */
  reallocate<V extends AnyView>(view: V, length: number): V {
    this.#store.budget.requireUsable("reallocate");
    const type = viewType(view);
    const byteLength = checkedByteLength(type, length);
    const block = this.#store.reallocate(this.#own(view, "reallocate"), byteLength);
    claimBuffer(block);
    return createView(type, block.buffer, 0, length) as AnyView as V;
  }

  /**
   * Frees the block behind `view` (`mi_free`), which has length 0 from then on, like every other view of its buffer.
   * With `outgrown`, after its contents were copied to a longer block, its pages go back to the system as those of
   * {@linkcode Heap.reallocate} do.
   *
   * Throws `TypeError`, and changes nothing, when `view` was freed before, when it is of another heap or of no heap,
   * when it is a part of what was allocated, or when its buffer was moved; {@linkcode ClosedError} when the heap is
   * closed.
   */
  free(view: AnyView, outgrown = false): void {
    if (!this.#store.budget.usable) this.#store.budget.requireUsable("free");
    this.#store.release(this.#own(view, "free"), outgrown);
  }

  #own(view: AnyView, action: string): Block {
    const block = blockOfWhole(view, action);
    if (block.extras !== undefined) requireNotHeld(block, action);
    if (block.store === this.#store) return block;
    throw new TypeError(
      `Cannot ${action} this view in ${this.#store.label}: it belongs to ${block.store.label}`,
    );
  }

  /**
   * Keeps the block that `view` lies in until `promise` settles: pass every asynchronous read or write on it, of files,
   * sockets and nonblocking functions of C. {@linkcode Heap.free} and {@linkcode Heap.reallocate} refuse it until then;
   * the end of the heap detaches its views, and frees the memory when nothing holds it any more. Returns a promise with
   * the same outcome. When it fails, that is for the program to handle, here or at `promise` itself.
   *
   * Throws `TypeError` for a view that does not lie in a live block of this heap, {@linkcode ClosedError} when the heap
   * is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap();
   * const bytes = heap.allocate(Uint8Array, 1000);
   * const reading = heap.hold(bytes, Promise.resolve("in truth a read into bytes"));
   * assert.throws(() => heap.free(bytes), /promises hold it/);
   * await reading;
   * heap.free(bytes);
   * ```
   */
  hold<T>(view: AnyView, promise: PromiseLike<T>): Promise<T> {
    this.#store.budget.requireUsable("hold a view");
    const block = blockOfPart(view);
    if (block?.store !== this.#store) {
      throw new TypeError(`Cannot hold this view in ${this.#store.label}: it lies in no live block of it`);
    }
    const held = Promise.resolve(promise);
    holdBlock(block, held);
    return held;
  }

  /** Whether `view` lies in a live block of this heap; in constant time. */
  owns(view: AnyView): boolean {
    return ownerOf(view) === this.#store;
  }

  /**
   * A view of a copy of `source`. The copy of nothing is a view of length 0, which is freed like any other.
   *
   * Throws `TypeError` when `source` is freed, or no ArrayBuffer, view or iterable of numbers, and like
   * {@linkcode Heap.allocate}.
   */
  bytes(source: ByteSource): Uint8Array<ArrayBuffer> {
    const bytes = toBytes(source);
    if (bytes.length === 0) return this.#allocateEmpty();
    const view = this.allocate(Uint8Array, bytes.length);
    try {
      view.set(bytes);
      return view;
    } catch (error) {
      // The listener for deferred frees has freed or resized the source.
      this.free(view);
      throw error;
    }
  }

  #allocateEmpty(): Uint8Array<ArrayBuffer> {
    const block = this.#store.allocateEmpty();
    claimBuffer(block);
    return new Uint8Array(block.buffer, 0, 0);
  }

  /**
   * A view of `source` in UTF-8; `readText` reads it back.
   *
   * Throws like {@linkcode Heap.bytes}.
   */
  text(source: string): Uint8Array<ArrayBuffer> {
    const byteLength = typeof source === "string" ? shortByteLength(source) : -1;
    if (byteLength <= 0) return this.bytes(encodeText(source));
    const view = this.allocate(Uint8Array, byteLength);
    writeShort(source, view);
    return view;
  }

  /**
   * A view of `source` in UTF-8 with a zero byte behind it, as functions of C take texts.
   *
   * Throws `RangeError` for a text with U+0000, and like {@linkcode Heap.bytes}.
   */
  cString(source: string): Uint8Array<ArrayBuffer> {
    const byteLength = typeof source === "string" ? shortByteLength(source) : -1;
    if (byteLength <= 0 || source.includes("\0")) return this.bytes(encodeCString(source));
    const view = this.allocate(Uint8Array, byteLength + 1);
    writeShort(source, view);
    view[byteLength] = 0;
    return view;
  }

  /**
   * A view of the contents of a file, read into its block without a copy on the way. It has what the file had when it was
   * opened: what is appended meanwhile is left out, and of a file that gets shorter there is what is left. A file that
   * does not tell its length, as those of `/proc` do not, is read to its end.
   *
   * Fails with the error of the system, which names the path, when there is no such file or it may not be read;
   * `TypeError` for a directory, a pipe or a device, `RangeError` for more than 4,294,967,295 bytes; {@linkcode ClosedError}
   * when the heap is closed meanwhile; and like {@linkcode Heap.allocate}.
   *
   * @example
   * ```ts
   * import { Heap, readText } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   * import { writeFile } from "node:fs/promises";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   *
   * const path = join(tmpdir(), "mimalloc-ffi-heap.txt");
   * await writeFile(path, "grüezi");
   * using heap = new Heap();
   * assert.equal(readText(await heap.readFile(path)), "grüezi");
   * ```
   */
  readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>> {
    return readFile(this, path, (view, promise) => this.hold(view, promise));
  }

  /**
   * A view of all bytes of a request, a response or a stream such as `request.body`, in one block; of length 0 where there
   * are none. What a header tells of them is the length of the block at once, else it grows with them: a request is read
   * faster than its stream. A stream of bytes is read into a buffer that is used again and copied from there, others chunk by
   * chunk.
   *
   * Fails with what the stream fails with, and then has given its block back; {@linkcode InputTooLongError} when there are
   * more bytes than `limit`, which cancels the stream; `TypeError` for what has no bytes to read, or is locked or read already;
   * {@linkcode ClosedError} when the heap is closed meanwhile; and like {@linkcode Heap.allocate}.
   *
   * @example
   * ```ts
   * import { InputTooLongError, Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap();
   * const response = new Response(new Uint8Array(1000).fill(7));
   * const bytes = await heap.read(response, { limit: 2 ** 20 });
   * assert.deepEqual([bytes.length, bytes[999]], [1000, 7]);
   * await assert.rejects(heap.read(new Response("too long").body, { limit: 3 }), InputTooLongError);
   * ```
   */
  read(source: ByteStream, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    return readStream(this, source, options);
  }

  /**
   * A view of what is packed in `source` by gzip or deflate (zlib's format), unpacked into its block without a copy on the
   * way (`node:zlib`). It takes as long as unpacking does, and nothing else runs meanwhile.
   *
   * Throws {@linkcode InputTooLongError} when there are more than `byteLength` bytes, {@linkcode DamagedInputError} when the
   * packed bytes are damaged or end too early, `RangeError` for a `byteLength` that is no integer from 1 to 4,294,967,295,
   * and like {@linkcode Heap.bytes}; the block is given back then.
   *
   * @example
   * ```ts
   * import { Heap, readText } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   * import { gzipSync } from "node:zlib";
   *
   * using heap = new Heap();
   * const packed = gzipSync("ring ".repeat(100));
   * assert.equal(readText(heap.inflate(packed, { byteLength: 500 })), "ring ".repeat(100));
   * ```
   */
  inflate(source: ByteSource, options: InflateOptions): Uint8Array<ArrayBuffer> {
    return inflate(this, source, options);
  }

  /**
   * Lets mimalloc put freed memory in order (`mi_heap_collect`); with `force` it also gives back what it keeps ready.
   * It looks at each page of the heap.
   *
   * Throws {@linkcode ClosedError} when the heap is closed.
   */
  collect(force = false): void {
    this.#store.collect(force);
  }

  /**
   * Calls `listener` when it is time to free what the program has put off: before every 1,024th allocation in this
   * heap, in {@linkcode Heap.collect} and, with `force`, before an allocation fails, which is then tried once more. It
   * may allocate and free here, and is never called inside itself; what it throws goes to `reportError`. The end of the
   * heap ends it, or the disposable that is returned.
   *
   * Throws `TypeError` when `listener` is not a function, `Error` when the heap has one already, and
   * {@linkcode ClosedError} when the heap is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ limit: 1000 });
   * const cache = [heap.allocate(Uint8Array, 600)];
   * heap.onDeferredFree(({ force }) => {
   *   if (force) cache.splice(0).forEach((view) => heap.free(view));
   * });
   * assert.equal(heap.allocate(Uint8Array, 600).length, 600);
   * ```
   */
  onDeferredFree(listener: DeferredFreeListener): Disposable {
    return defer(this.#store.budget, listener);
  }

  /**
   * The areas of the heap, one for each page of mimalloc (`mi_heap_visit_blocks`), in a time that grows with those.
   *
   * Throws `Error` when other threads use the heap, and {@linkcode ClosedError} when it is closed.
   */
  areas(): HeapArea[] {
    return areasOf(this.#store.ownHandle("list the areas"));
  }

  /**
   * The live blocks of the heap (`mi_heap_visit_blocks`): a million of them in about 0.2 seconds. Up to 3.1 they may
   * include some of others, in pages that mimalloc let the heap take over from ended threads and deleted heaps.
   *
   * Throws like {@linkcode Heap.areas}.
   */
  blocks(): HeapBlocks {
    return blocksOf(this.#store.ownHandle("list the blocks"));
  }

  /**
   * The statistics of the heap (`mi_heap_stats_get`); what `stats()` says of laziness holds here too. Figures that are
   * kept for the process alone are `undefined`.
   *
   * Throws `UnsupportedError` before 3.6, and {@linkcode ClosedError} when the heap is closed.
   */
  stats(): Stats {
    return heapStats(this.#store.handle("read the statistics"));
  }

  /**
   * What the threads are called that use the same heap of mimalloc besides this object: they have attached it, or have or
   * were sent a block of it. A name ends with "(ended)" when the thread has ended and nobody has called `endWorkers()`. As
   * long as there is one, `destroy()` leaves the memory to them. Looks at everything that threads share.
   */
  get users(): string[] {
    return holdersOf(this.#store);
  }

  /**
   * Resolves to `true` once nobody else uses the heap, so that `destroy()` gives its memory back at once; to `false` when
   * that was not so within `timeout` milliseconds, and {@linkcode Heap.users} tells who does. A Worker that ended without
   * leaving uses it until `endWorkers()` has found it. The program is kept alive meanwhile, but not for more than five
   * seconds.
   *
   * Rejects with `RangeError` for a timeout that is not a number of 0 or more, and with {@linkcode ClosedError} when the
   * heap is closed, also meanwhile.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "frames" });
   * const same = Heap.attach(heap.share());
   * assert.equal(await heap.whenAlone({ timeout: 10 }), false);
   * assert.equal(heap.users.length, 1);
   * same.destroy();
   * assert.ok(await heap.whenAlone());
   * ```
   */
  whenAlone(options: AloneOptions = {}): Promise<boolean> {
    return whenAlone(this.#store, options);
  }

  /**
   * Closes the heap when all of its blocks are freed. The second call does nothing.
   *
   * Throws {@linkcode LeakError} when blocks are live, with the lines that allocated them where the heap was made with
   * `trace`; then the heap stays open.
   *
   * @example
   * ```ts
   * import { Heap, LeakError } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "checked", trace: true });
   * heap.allocate(Uint8Array, 100);
   * assert.throws(() => heap.close(), (error) => {
   *   assert.ok(error instanceof LeakError);
   *   const [site] = error.sites; // place: "loadUsers (/srv/users.ts:12:20)"
   *   assert.deepEqual([typeof site?.place, site?.bytes], ["string", 100]);
   *   return true;
   * });
   * ```
   */
  close(): void {
    const { liveBlocks, liveBytes, label } = this.#store;
    if (liveBlocks > 0) {
      const sites = tracedSites(this.#store);
      throw new LeakError(
        `Cannot close ${label}: ${liveBlocks} blocks with ${liveBytes} bytes are live, destroy() frees them too` +
          describeSites(sites),
        { blocks: liveBlocks, bytes: liveBytes, sites },
      );
    }
    this.destroy();
  }

  /**
   * Frees all blocks at once and closes the heap (`mi_heap_destroy`). Every view has length 0 from then on, which takes
   * time for each. The second call does nothing.
   */
  destroy(): void {
    this.#store.destroy();
  }

  /** The same as {@linkcode Heap.destroy}. */
  [Symbol.dispose](): void {
    this.destroy();
  }
}
