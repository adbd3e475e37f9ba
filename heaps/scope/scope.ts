import type { AllocateOptions, Allocator, AnyView, ByteSource, View, ViewConstructor } from "../allocator.ts";
import { requireObject } from "../argument.ts";
import type { Block } from "../core/block.ts";
import { encodeCString, encodeText, toBytes } from "../core/byte_source.ts";
import { type Extent, extentOf } from "../core/extent.ts";
import { PRIVATE, requirePrivate } from "../core/private_constructor.ts";
import { shortByteLength, writeShort } from "../core/short_text.ts";
import {
  checkAlignment,
  checkedByteLength,
  createView,
  elementByteLength,
  ownClass,
  roundUp,
  viewType,
} from "../core/view.ts";
import { ClosedError } from "../errors.ts";
import { inflate, type InflateOptions } from "../input/inflate.ts";
import { readFile } from "../input/read_file.ts";
import { type ByteStream, type ReadOptions, readStream } from "../input/read_stream.ts";
import { Marks } from "./_marks.ts";
import { largeBlockOf, type Region, type ScopeOwner, type Window } from "./_region.ts";
import type { Checkpoint } from "./checkpoint.ts";

const NOTHING = new ArrayBuffer(0);

/** Opens a scope over a region; not part of the public interface. */
export let openScope: (owner: ScopeOwner, region: Region, limit: number) => Scope;

/**
 * Hears of the allocations of a scope that matter, at no cost for the others: the scope takes its point for an end of the
 * chunk, where allocating is slow anyway.
 */
export interface ScopeWatch {
  /** It hears of the next allocation that takes the scope beyond so many live bytes. */
  readonly point: number;
  /** The scope handed out `bytes` more, in `view`; the point is another one afterwards. */
  passed(scope: Scope, bytes: number, view: AnyView): void;
}

/** Lets `watch` hear of what a scope hands out, or nobody; not part of the public interface. */
export let watchScope: (scope: Scope, watch: ScopeWatch | undefined) => void;

/** Who hears of it; not part of the public interface. */
export let watchOf: (scope: Scope) => ScopeWatch | undefined;

/** Tells a scope its index in its owner's list; not part of the public interface. */
export let setIndex: (scope: Scope, index: number) => void;

/**
 * The memory of one request, frame or job: allocating moves a cursor through a chunk and calls no C in the common case,
 * and the end of the scope takes everything back at once. Every view has length 0 from then on.
 *
 * A scope is opened by a {@linkcode ScopePool}. Contents of a new block are whatever an earlier scope left there,
 * unless it is asked for zeroed.
 *
 * **In Deno, never end a scope while an asynchronous read or write on one of
 * its views is under way**: the kernel would still write to that memory. Pass the
 * promise to {@linkcode Scope.hold}, then the end waits for it.
 *
 * @example
 * ```ts
 * import { ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using pool = new ScopePool();
 * const scope = pool.open();
 * const ids = scope.allocate(Uint32Array, 100);
 * const write = scope.hold(Promise.resolve("in truth a write of ids"));
 * scope[Symbol.dispose](); // waits for it
 * assert.equal(await write && ids.length, 0);
 * ```
 */
export class Scope implements Allocator, AsyncDisposable {
  // The limit is folded into #end, and a closed scope has #end -1: one comparison tells allocate() all of it.
  #buffer: ArrayBuffer = NOTHING;
  #cursor = 0;
  #end = 0;
  #bumpBlocks = 0;
  #entered = 0;
  #bumpBytes = 0;
  #window: Window | undefined;
  #held = 0;
  #marks: Marks | undefined;
  #watch: ScopeWatch | undefined;
  #takeBackListeners: Set<() => void> | undefined;
  #released: PromiseWithResolvers<void> | undefined;
  #index = 0;
  /** The most bytes in use before some were given back. */
  #peak = 0;
  readonly #region: Region;
  readonly #owner: ScopeOwner;
  /** The most bytes that may be live at once. */
  readonly limit: number;

  static {
    openScope = (owner: ScopeOwner, region: Region, limit: number): Scope => new Scope(PRIVATE, owner, region, limit);
    setIndex = (scope: Scope, index: number): void => {
      scope.#index = index;
    };
    watchScope = (scope: Scope, watch: ScopeWatch | undefined): void => {
      scope.#watch = watch;
      scope.#applyLimit();
    };
    watchOf = (scope: Scope): ScopeWatch | undefined => scope.#watch;
  }

  private constructor(key: typeof PRIVATE, owner: ScopeOwner, region: Region, limit: number) {
    requirePrivate(key, "Scope", "ScopePool.open() and run() open scopes");
    this.#owner = owner;
    this.#region = region;
    this.limit = limit;
    const { first } = region;
    if (first !== undefined) this.#enter(first);
  }

  /** The name of the scope's pool. */
  get name(): string {
    return this.#owner.name;
  }

  /** Whether the scope has ended. */
  get closed(): boolean {
    return this.#end < 0;
  }

  // The region serves another scope by then.
  get #gone(): boolean {
    return this.#end < 0 && this.#held === 0;
  }

  /** Bytes that are handed out, each block rounded up to a multiple of 8. */
  get liveBytes(): number {
    return this.#gone ? 0 : this.#bumpBytes + this.#region.largeBytes + this.#cursor - this.#entered;
  }

  /** Blocks that are handed out. */
  get liveBlocks(): number {
    return this.#gone ? 0 : this.#bumpBlocks + this.#region.largeBlocks;
  }

  /**
   * A view of `length` elements of `type` (of bytes for DataView), at a multiple of 8 bytes unless `options` say
   * otherwise. What does not fit into the chunk in use and is larger than a quarter of one gets a block of its own.
   *
   * Throws like `Heap.allocate`; {@linkcode ClosedError} when the scope has ended.
   */
  allocate<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    const byteLength = typeof length === "number" ? length * elementByteLength(type) : 0;
    const start = this.#cursor;
    if (
      options !== undefined || byteLength === 0 || length >>> 0 !== length || byteLength > this.#end - start
    ) return this.#allocateSlowly(type, length, options);
    this.#cursor = start + ((byteLength + 7) & -8);
    this.#bumpBlocks++;
    try {
      return createView(type, this.#buffer, start, length);
    } catch (error) {
      return this.#allocateElsewhere(type, length, start, error);
    }
  }

  // A program that moved a view's buffer away took the chunk along, so the scope goes on in another one.
  #allocateElsewhere<T extends ViewConstructor>(type: T, length: number, start: number, error: unknown): View<T> {
    if (this.#buffer.byteLength !== 0) throw error;
    this.#cursor = start;
    this.#bumpBlocks--;
    this.#openWindow(roundUp(checkedByteLength(type, length)));
    return this.allocate(type, length);
  }

  /** Like {@linkcode Scope.allocate}, with every byte zero. */
  allocateZeroed<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    const view = this.allocate(type, length, options);
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(0);
    return view;
  }

  #allocateSlowly<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    if (this.#watch !== undefined) return this.#allocateWatched(this.#watch, type, length, options);
    if (elementByteLength(type) === 0) return this.allocate(ownClass(type, length), length, options);
    if (options !== undefined) return this.#allocateAligned(type, length, options);
    this.#requireOpen("allocate");
    const byteLength = checkedByteLength(type, length);
    if (this.#region.isLarge(byteLength)) {
      this.#admit(byteLength);
      return this.#handOutLarge(type, this.#region.openLarge(byteLength), length);
    }
    this.#admit(roundUp(byteLength));
    this.#openWindow(roundUp(byteLength));
    return this.allocate(type, length);
  }

  #allocateWatched<T extends ViewConstructor>(
    watch: ScopeWatch,
    type: T,
    length: number,
    options?: AllocateOptions,
  ): View<T> {
    const { liveBytes } = this;
    watchScope(this, undefined);
    let view: View<T>;
    try {
      view = this.allocate(type, length, options);
    } finally {
      watchScope(this, watch);
    }
    if (this.liveBytes <= watch.point) return view;
    watch.passed(this, this.liveBytes - liveBytes, view);
    this.#applyLimit();
    return view;
  }

  #allocateAligned<T extends ViewConstructor>(type: T, length: number, options: AllocateOptions): View<T> {
    const { alignment = 16, offset = 0 } = requireObject(options, "allocate");
    // Behind the options: a getter among them may end the scope.
    this.#requireOpen("allocate");
    const byteLength = checkedByteLength(type, length);
    checkAlignment(alignment, offset, byteLength);
    const room = roundUp(byteLength) + alignment;
    this.#admit(room);
    if (offset !== 0 || this.#region.isLarge(room)) {
      return this.#handOutLarge(type, this.#region.openAligned(byteLength, alignment, offset >>> 0), length);
    }
    if (this.#buffer.byteLength === 0 || room > this.#end - this.#cursor) this.#openWindow(room);
    const address = this.#region.addressOf(this.#window!) + this.#cursor;
    this.#cursor += (alignment - address % alignment) % alignment & -8;
    return this.allocate(type, length);
  }

  #handOutLarge<T extends ViewConstructor>(type: T, block: Block, length: number): View<T> {
    this.#applyLimit();
    return createView(type, block.buffer, 0, length);
  }

  #openWindow(byteLength: number): void {
    // When there is no memory for another window, the present one stays.
    const window = this.#region.openWindow(byteLength);
    this.#leave();
    this.#enter(window);
  }

  #enter(window: Window): void {
    this.#window = window;
    this.#buffer = window.buffer;
    this.#cursor = this.#entered = window.used;
    this.#applyLimit();
  }

  #leave(): void {
    const window = this.#window;
    if (window === undefined) return;
    window.used = this.#cursor;
    this.#bumpBytes += this.#cursor - this.#entered;
    this.#window = undefined;
    this.#buffer = NOTHING;
    this.#cursor = this.#entered = this.#end = 0;
  }

  #applyLimit(): void {
    const window = this.#window;
    if (window === undefined) return;
    // Never less than nothing, which would close the scope.
    const most = this.#watch === undefined ? this.limit : Math.min(this.limit, this.#watch.point);
    const room = Math.max(0, Math.min(window.byteLength, most - this.liveBytes));
    this.#end = Math.min(window.byteLength, this.#cursor + room - room % 8);
  }

  #notePeak(): void {
    this.#peak = Math.max(this.#peak, this.liveBytes);
  }

  #admit(byteLength: number): void {
    if (this.liveBytes + byteLength <= this.limit) return;
    this.#region.refuseBeyondLimit(this, byteLength);
  }

  /**
   * A view of the same class with `length` elements and the contents of `view`. What lies in a chunk shrinks in place,
   * and grows in place when it is the last. A view with a block of its own has length 0 afterwards; one that lies in a
   * chunk stays readable until the scope ends, and may show the same memory.
   *
   * Throws like {@linkcode Scope.allocate} and {@linkcode Scope.free}.
   */
  reallocate<V extends AnyView>(view: V, length: number): V {
    const extent = extentOf(view)!;
    this.#requireOpen("reallocate");
    const type = viewType(view);
    const byteLength = checkedByteLength(type, length);
    const large = largeBlockOf(this.#region, extent, "reallocate", this.name);
    if (large !== undefined) return createView(type, this.#resizeLarge(large, byteLength), 0, length) as AnyView as V;
    const { buffer, byteOffset } = extent;
    if (this.#fitsInChunk(extent, byteLength)) return createView(type, buffer, byteOffset, length) as AnyView as V;
    const moved = this.allocate(type, length);
    const source = new Uint8Array(buffer, byteOffset, extent.byteLength);
    new Uint8Array(moved.buffer, moved.byteOffset).set(source);
    return moved as AnyView as V;
  }

  #resizeLarge(block: Block, byteLength: number): ArrayBuffer {
    const growth = this.#region.growthOf(block, byteLength);
    if (growth > 0) this.#admit(growth);
    this.#notePeak();
    const { buffer } = this.#region.resizeLarge(block, byteLength);
    this.#applyLimit();
    return buffer;
  }

  // The cursor never goes back: the old view still reaches what would be handed out again.
  #fitsInChunk(extent: Extent, byteLength: number): boolean {
    const { buffer, byteOffset } = extent;
    if (byteLength <= extent.byteLength) return true;
    // A copy of nothing is not a block yet.
    if (extent.byteLength === 0) return false;
    const end = byteOffset + roundUp(extent.byteLength);
    if (buffer !== this.#buffer || end !== this.#cursor || byteLength > this.#end - byteOffset) return false;
    this.#cursor = byteOffset + roundUp(byteLength);
    return true;
  }

  /**
   * Gives back a view that has a block of its own; nothing else comes back before the scope ends. `outgrown` is that
   * of {@linkcode Heap.free}.
   *
   * Throws `TypeError` when `view` is not of this scope, or is freed or moved, and {@linkcode ClosedError} when the
   * scope has ended.
   */
  free(view: AnyView, outgrown = false): void {
    const extent = extentOf(view);
    this.#requireOpen("free");
    const large = largeBlockOf(this.#region, extent, "free", this.name);
    if (large === undefined) return;
    this.#notePeak();
    this.#region.closeLarge(large, outgrown);
    this.#applyLimit();
  }

  /**
   * A view of a copy of `source`; of length 0 for an empty one.
   *
   * Throws `TypeError` when `source` is freed, or no ArrayBuffer, view or iterable of numbers, and like
   * {@linkcode Scope.allocate}.
   */
  bytes(source: ByteSource): Uint8Array<ArrayBuffer> {
    const bytes = toBytes(source);
    this.#requireOpen("copy");
    if (bytes.length === 0 && this.#buffer.byteLength === 0) this.#openWindow(8);
    if (bytes.length === 0) return new Uint8Array(this.#buffer, this.#cursor, 0);
    const view = this.allocate(Uint8Array, bytes.length);
    view.set(bytes);
    return view;
  }

  /**
   * A view of `source` in UTF-8; `readText` reads it back.
   *
   * Throws like {@linkcode Scope.bytes}.
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
   * Throws `RangeError` for a text with U+0000, and like {@linkcode Scope.bytes}.
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
   * when the scope ends meanwhile; and like {@linkcode Scope.allocate}.
   *
   * @example
   * ```ts
   * import { ScopePool, readText } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   * import { writeFile } from "node:fs/promises";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   *
   * const path = join(tmpdir(), "mimalloc-ffi-scope.txt");
   * await writeFile(path, "grüezi");
   * using pool = new ScopePool();
   * using scope = pool.open();
   * assert.equal(readText(await scope.readFile(path)), "grüezi");
   * ```
   */
  readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>> {
    return readFile(this, path, (_, promise) => this.hold(promise));
  }

  /**
   * A view of all bytes of a request, a response or a stream such as `request.body`, in one block; of length 0 where there
   * are none. What a header tells of them is the length of the block at once, else it grows with them: a request is read
   * faster than its stream. A stream of bytes is read into a buffer that is used again and copied from there, others chunk by
   * chunk.
   *
   * Fails with what the stream fails with, and then has given its block back; {@linkcode InputTooLongError} when there are
   * more bytes than `limit`, which cancels the stream; `TypeError` for what has no bytes to read, or is locked or read already;
   * {@linkcode ClosedError} when the scope ends meanwhile; and like {@linkcode Scope.allocate}.
   *
   * @example
   * ```ts
   * import { InputTooLongError, ScopePool } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * using pool = new ScopePool();
   * using scope = pool.open();
   * const response = new Response(new Uint8Array(1000).fill(7));
   * const bytes = await scope.read(response, { limit: 2 ** 20 });
   * assert.deepEqual([bytes.length, bytes[999]], [1000, 7]);
   * await assert.rejects(scope.read(new Response("too long").body, { limit: 3 }), InputTooLongError);
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
   * and like {@linkcode Scope.bytes}; a large block is given back then, a small one of damaged bytes stays until the scope
   * ends.
   *
   * @example
   * ```ts
   * import { ScopePool, readText } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   * import { gzipSync } from "node:zlib";
   *
   * using pool = new ScopePool();
   * using scope = pool.open();
   * const packed = gzipSync("ring ".repeat(100));
   * assert.equal(readText(scope.inflate(packed, { byteLength: 500 })), "ring ".repeat(100));
   * ```
   */
  inflate(source: ByteSource, options: InflateOptions): Uint8Array<ArrayBuffer> {
    return inflate(this, source, options);
  }

  /**
   * Makes the end of the scope wait until `promise` settles; its views stay as they are until then. Pass every
   * asynchronous read or write on a view of the scope. Returns a promise with the same outcome. When
   * it fails, that is for the program to handle, here or at `promise` itself: one of the two is enough, and where it
   * handles neither, nothing reports it.
   *
   * Throws {@linkcode ClosedError} when the scope has ended.
   */
  hold<T>(promise: PromiseLike<T>): Promise<T> {
    this.#requireOpen("hold a promise");
    this.#held++;
    const held = this.#releaseAfter(promise);
    // Who handles the failure of `promise` itself need not handle it here once more.
    held.catch(() => {});
    return held;
  }

  async #releaseAfter<T>(promise: PromiseLike<T>): Promise<T> {
    try {
      return await promise;
    } finally {
      this.#held--;
      if (this.#end < 0 && this.#held === 0) {
        this.#owner.reclaim(this.#region, -1);
        this.#released?.resolve();
      }
    }
  }

  /**
   * Marks this moment, for {@linkcode Scope.rollback}; in constant time.
   *
   * Throws {@linkcode ClosedError} when the scope has ended.
   */
  checkpoint(): Checkpoint {
    this.#requireOpen("set a checkpoint");
    this.#leave();
    const { liveBytes, liveBlocks } = this;
    const region = this.#region.mark();
    const moment = { liveBytes, liveBlocks, bumpBytes: this.#bumpBytes, bumpBlocks: this.#bumpBlocks, region };
    return (this.#marks ??= new Marks()).add(moment);
  }

  /**
   * Takes back everything that was allocated since `checkpoint`, whose views have length 0 from then on. The checkpoint
   * can be used again; later ones cannot. It takes time for each chunk and each block of its own since then, not for
   * each view, and calls what {@linkcode Scope.onTakeBack} was given.
   *
   * Throws `RangeError` when the checkpoint is of another scope or no longer valid, `Error` while promises are held,
   * and {@linkcode ClosedError} when the scope has ended.
   */
  rollback(checkpoint: Checkpoint): void {
    this.#requireIdle("roll back");
    const moment = (this.#marks ??= new Marks()).returnTo(checkpoint, (region) => this.#region.has(region));
    this.#notePeak();
    this.#leave();
    this.#region.rollback(moment.region);
    this.#bumpBytes = moment.bumpBytes;
    this.#bumpBlocks = moment.bumpBlocks;
    this.#tellOfTakeBack();
  }

  /**
   * Takes back everything that the scope handed out, whose views have length 0 from then on, and goes on empty. It
   * takes time as {@linkcode Scope.rollback} to the begin of the scope does.
   *
   * Throws `Error` while promises are held, and {@linkcode ClosedError} when the scope has ended.
   */
  reset(): void {
    this.#requireIdle("reset");
    this.#notePeak();
    this.#leave();
    this.#region.reset();
    this.#marks = undefined;
    this.#bumpBytes = this.#bumpBlocks = 0;
    const { first } = this.#region;
    if (first !== undefined) this.#enter(first);
    this.#tellOfTakeBack();
  }

  /**
   * Calls `listener` after each rollback and reset of the scope, until what this returns is disposed of: containers in
   * the scope look then whether they have lost any of their blocks.
   *
   * Throws {@linkcode ClosedError} when the scope has ended.
   */
  onTakeBack(listener: () => void): Disposable {
    this.#requireOpen("listen");
    const listeners = this.#takeBackListeners ??= new Set();
    listeners.add(listener);
    return { [Symbol.dispose]: (): void => void listeners.delete(listener) };
  }

  #tellOfTakeBack(): void {
    if (this.#takeBackListeners === undefined) return;
    for (const listener of [...this.#takeBackListeners]) listener();
  }

  #requireIdle(action: string): void {
    this.#requireOpen(action);
    if (this.#held === 0) return;
    throw new Error(`Cannot ${action} a scope of ${this.name}: it holds ${this.#held} promises, await them first`);
  }

  #requireOpen(action: string): void {
    if (this.#end < 0) throw new ClosedError(`Cannot ${action} in a scope of ${this.name}: it has ended`);
  }

  /**
   * Ends the scope: every view has length 0 from then on, and the memory goes back to the pool, in a time that grows
   * with its chunks and blocks of their own. While promises are held that waits for them. The second call does nothing.
   */
  [Symbol.dispose](): void {
    if (this.#end < 0) return;
    this.#leave();
    const bytes = this.#bumpBytes + this.#region.largeBytes;
    this.#owner.sizes.add(bytes > this.#peak ? bytes : this.#peak);
    if (this.#held > 0) this.#owner.forget(this.#index);
    else this.#owner.reclaim(this.#region, this.#index);
    // Last of all: where the stack ends before, the scope is open, and a second call ends it.
    this.#end = -1;
  }

  /** Ends the scope and waits until its memory has gone back. */
  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    if (this.#held === 0) return Promise.resolve();
    return (this.#released ??= Promise.withResolvers<void>()).promise;
  }
}
