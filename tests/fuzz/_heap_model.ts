import assert from "node:assert/strict";
import { AllocationError, type AnyView, type Arena, Heap, readText } from "../../mod.ts";
import { addressOf, assertFilled, bytesOf, fill } from "../heaps/_support.ts";
import {
  adopt,
  assertDetached,
  assertThrows,
  type ModelBlock,
  nextId,
  randomRequest,
  randomResize,
  type Request,
  verify,
} from "./_block.ts";
import type { Random } from "./_random.ts";

const MOST_BLOCKS = 400;
/** Above this the block is padded, and counts for its padding. */
const MAX_NATIVE_ALIGNMENT = 4096;

/** Bytes that a block has besides those of its view: where its alignment is large, or an odd byte of it is aligned. */
function paddingOf(alignment: number, offset: number): number {
  if (alignment === 0) return 0;
  return alignment > MAX_NATIVE_ALIGNMENT || offset % Math.min(alignment, 8) !== 0 ? alignment : 0;
}

/** A heap, and what has to be in it. */
export class HeapModel {
  readonly #random: Random;
  readonly #blocks: ModelBlock[] = [];
  readonly #freed: AnyView[] = [];
  readonly #escaped: AnyView[] = [];
  readonly #arena: Arena | undefined;
  /** Views over memory that was moved away from destroyed heaps; it has to stay. */
  readonly aliases: ModelBlock[];
  /** The heap. */
  readonly heap: Heap;
  /** Bytes that are live. */
  liveBytes = 0;

  /** Makes a heap, in `arena` when there is one, now and then with a limit. */
  constructor(random: Random, arena: Arena | undefined, aliases: ModelBlock[]) {
    this.#random = random;
    this.#arena = arena;
    this.aliases = aliases;
    const limit = random.once(3) ? 20_000 + random.below(100_000) : Infinity;
    this.heap = new Heap({ limit, ...(arena && { arena }) });
  }

  /** A view of a live block, for misuse elsewhere. */
  anyView(): AnyView | undefined {
    return this.#blocks.length === 0 ? undefined : this.#random.pick(this.#blocks).view;
  }

  #costOf({ byteLength, options }: Request): number {
    return byteLength + paddingOf(options?.alignment ?? 0, options?.offset ?? 0);
  }

  #isRefusal(error: unknown, growth: number): boolean {
    if (!(error instanceof AllocationError)) return false;
    if (this.#arena === undefined) assert.ok(this.liveBytes + growth > this.heap.limit, error.message);
    assert.deepEqual([error.live, error.limit], [this.liveBytes, this.heap.limit]);
    return true;
  }

  /** Allocates a block. */
  allocate(): void {
    if (this.#blocks.length >= MOST_BLOCKS) return this.free();
    const request = randomRequest(this.#random);
    const { type, length, options } = request;
    const zeroed = this.#random.once(4);
    const cost = this.#costOf(request);
    let view: AnyView;
    try {
      view = zeroed ? this.heap.allocateZeroed(type, length, options) : this.heap.allocate(type, length, options);
    } catch (error) {
      if (this.#isRefusal(error, cost)) return;
      throw error;
    }
    assert.ok(this.liveBytes + cost <= this.heap.limit);
    this.#add(adopt(view, request, zeroed, cost));
  }

  #add(block: ModelBlock): void {
    this.#blocks.push(block);
    this.liveBytes += block.cost;
    if (this.#arena === undefined) return;
    const { address, byteLength } = this.#arena.area;
    const start = addressOf(block.view);
    assert.ok(start >= address && start + block.view.byteLength <= address + byteLength, "outside of the arena");
  }

  /** Copies bytes or text in. */
  copy(): void {
    const source = new Uint8Array(this.#random.once(10) ? 0 : this.#random.byteLength());
    const id = nextId();
    fill(source, id);
    const text = this.#random.once(2) ? "häppchen 漢字 ".repeat(this.#random.below(20)) : undefined;
    let view: Uint8Array<ArrayBuffer>;
    try {
      view = text === undefined ? this.heap.bytes(source) : this.heap.text(text);
    } catch (error) {
      const { length } = text === undefined ? source : new TextEncoder().encode(text);
      if (this.#isRefusal(error, Math.max(1, length))) return;
      throw error;
    }
    if (text !== undefined) {
      assert.equal(readText(view), text);
      fill(view, id);
    }
    assertFilled(view, id);
    this.#add({ view, id, cost: view.byteLength, alignment: 0, offset: 0 });
  }

  #take(): ModelBlock | undefined {
    if (this.#blocks.length === 0) return undefined;
    const index = this.#random.below(this.#blocks.length);
    const block = this.#blocks[index]!;
    this.#blocks[index] = this.#blocks.at(-1)!;
    this.#blocks.pop();
    return block;
  }

  /** Frees a block. */
  free(): void {
    const block = this.#take();
    if (block === undefined) return;
    verify(block);
    const { view } = block;
    // Any view over the whole buffer frees the block; an empty one has no such other view.
    const whole = view.byteLength > 0 && this.#random.once(5) ? new Uint8Array(view.buffer) : view;
    this.heap.free(whole);
    assertDetached(view);
    this.liveBytes -= block.cost;
    this.#freed[this.#random.below(20)] = view;
  }

  /** Gives a block another size. */
  reallocate(): void {
    const block = this.#take();
    if (block === undefined) return;
    const { view, alignment } = block;
    const oldLength = view.byteLength;
    const { length, byteLength } = randomResize(this.#random, view);
    const moving = byteLength + paddingOf(alignment, block.offset);
    let resized: AnyView;
    try {
      resized = this.heap.reallocate(view, length);
    } catch (error) {
      if (!this.#isRefusal(error, moving - block.cost)) throw error;
      verify(block);
      this.#blocks.push(block);
      return;
    }
    assertDetached(view);
    assert.equal(resized.byteLength, byteLength);
    assertFilled(resized, block.id, Math.min(oldLength, byteLength));
    if (alignment > 0) assert.equal((addressOf(resized) + block.offset) % alignment, 0);
    const id = nextId();
    fill(resized, id);
    this.liveBytes -= block.cost;
    this.#freed[this.#random.below(20)] = view;
    this.#add({ ...block, view: resized, id, cost: moving });
  }

  /** Moves the buffer of a block away, which keeps its memory for good; it counts as live until the heap ends. */
  escape(): void {
    const block = this.#random.pick(this.#blocks);
    if (block === undefined || block.view.byteLength === 0 || block.view.byteLength > 1000) return;
    if (this.aliases.length >= 200) return;
    const index = this.#blocks.indexOf(block);
    this.#blocks[index] = this.#blocks.at(-1)!;
    this.#blocks.pop();
    this.aliases.push({ ...block, view: new Uint8Array(block.view.buffer.transfer()) });
    this.#escaped.push(block.view);
  }

  /** Calls that have to throw and to change nothing. */
  misuse(foreign: AnyView | undefined): void {
    const { heap } = this;
    const action = this.#random.once(2)
      ? (view: AnyView) => (): void => heap.free(view)
      : (view: AnyView) => (): unknown => heap.reallocate(view, 10);
    assertThrows(action(new Uint8Array(8)), "TypeError");
    if (foreign !== undefined) assertThrows(action(foreign), "TypeError");
    const freed = this.#freed.find((view) => view !== undefined);
    if (freed !== undefined) assertThrows(action(freed), "TypeError");
    const escaped = this.#escaped.at(-1);
    if (escaped !== undefined) assertThrows(action(escaped), "TypeError");
    const live = this.anyView();
    if (live !== undefined && live.byteLength > 1) {
      assertThrows(action(bytesOf(live).subarray(1)), "TypeError");
      assertThrows(action(bytesOf(live).subarray(0, live.byteLength - 1)), "TypeError");
      assertThrows(() => heap.reallocate(live, -1), "RangeError");
    }
    const bad = this.#random.pick([0, -1, NaN, 0.5, 2 ** 32 + 5, 2 ** 53, Infinity]);
    assertThrows(() => heap.allocate(Float64Array, bad), "RangeError");
    assertThrows(() => heap.allocate(Uint8Array, 64, { alignment: 3 * 2 ** this.#random.below(10) }), "RangeError");
    this.check();
  }

  /** Checks the counts, and a block now and then. */
  check(): void {
    assert.equal(this.heap.liveBytes, this.liveBytes);
    assert.equal(this.heap.liveBlocks, this.#blocks.length + this.#escaped.length);
    if (this.#blocks.length > 0 && this.#random.once(4)) verify(this.#random.pick(this.#blocks));
  }

  /** Checks every block. */
  checkAll(): void {
    this.#blocks.forEach(verify);
    this.check();
  }

  /** Frees everything at once. */
  destroy(): void {
    if (this.#random.once(4)) this.#blocks.forEach(verify);
    if (this.#blocks.length + this.#escaped.length > 0) assertThrows(() => this.heap.close(), "LeakError");
    this.heap.destroy();
    for (const { view } of this.#blocks) assertDetached(view);
    assert.deepEqual([this.heap.liveBytes, this.heap.liveBlocks], [0, 0]);
    assert.equal(this.heap.escapedBlocks, this.#escaped.length);
    assertThrows(() => this.heap.allocate(Uint8Array, 8), "ClosedError");
  }
}
