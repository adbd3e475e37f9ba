import assert from "node:assert/strict";
import { AllocationError, type AnyView, type Checkpoint, readText, type Scope, type ScopePool } from "../../mod.ts";
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

interface ScopeBlock extends ModelBlock {
  /** Whether it has a block of mimalloc to itself; a block that fills a chunk is taken for one until it is known. */
  readonly large: boolean;
}

interface ModelMark {
  readonly checkpoint: Checkpoint;
  readonly last: ScopeBlock | undefined;
  readonly bumpBytes: number;
  readonly bumpBlocks: number;
}

function roundUp(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8;
}

/** A scope, and what has to be in it. */
export class ScopeModel {
  readonly #random: Random;
  readonly #pool: ScopePool;
  readonly #marks: ModelMark[] = [];
  // In the order in which the memory was taken, so that a rollback cuts the end off.
  #blocks: ScopeBlock[] = [];
  #bumpBytes = 0;
  #bumpBlocks = 0;
  #freed: AnyView | undefined;
  /** The scope. */
  readonly scope: Scope;

  /** Opens a scope. */
  constructor(random: Random, pool: ScopePool) {
    this.#random = random;
    this.#pool = pool;
    this.scope = pool.open();
  }

  get #largeBytes(): number {
    return this.#blocks.reduce((sum, { large, cost }) => large ? sum + cost : sum, 0);
  }

  /** Bytes that have to be live. */
  get liveBytes(): number {
    return this.#bumpBytes + this.#largeBytes;
  }

  /** A view of a live block, for misuse elsewhere. */
  anyView(): AnyView | undefined {
    return this.#blocks.length === 0 ? undefined : this.#random.pick(this.#blocks).view;
  }

  #isLarge(view: AnyView, { options }: Request): boolean {
    if (options !== undefined && options.offset !== 0) return true;
    return this.#fillsItsBuffer(view, options?.alignment ?? 0);
  }

  #fillsItsBuffer({ buffer, byteLength }: AnyView, alignment: number): boolean {
    return buffer.byteLength === byteLength && roundUp(byteLength) + alignment > this.#pool.chunkBytes / 4;
  }

  #foundInChunk(index: number): void {
    const block = this.#blocks[index]!;
    assert.equal(block.cost % 8, 0);
    const moved = { ...block, large: false };
    this.#replaceInMarks(block, moved);
    this.#blocks[index] = moved;
    this.#bumpBytes += block.cost;
    this.#bumpBlocks++;
    this.#marks.forEach((mark, at) => {
      const later = mark.last !== undefined && this.#blocks.indexOf(mark.last) >= index;
      if (!later) return;
      const { bumpBytes, bumpBlocks } = mark;
      this.#marks[at] = { ...mark, bumpBytes: bumpBytes + block.cost, bumpBlocks: bumpBlocks + 1 };
    });
  }

  #isRefusal(error: unknown, most: number): boolean {
    if (!(error instanceof AllocationError)) return false;
    if (this.#pool.arena === undefined) assert.ok(this.liveBytes + most > this.scope.limit, error.message);
    return true;
  }

  /** Allocates a block. */
  allocate(): void {
    if (this.#blocks.length >= MOST_BLOCKS) return this.reset();
    const request = randomRequest(this.#random);
    const { type, length, byteLength, options } = request;
    const { scope } = this;
    const zeroed = this.#random.once(4);
    const before = scope.liveBytes;
    let view: AnyView;
    try {
      view = zeroed ? scope.allocateZeroed(type, length, options) : scope.allocate(type, length, options);
    } catch (error) {
      if (this.#isRefusal(error, roundUp(byteLength) + (options?.alignment ?? 0))) return;
      throw error;
    }
    const cost = scope.liveBytes - before;
    const large = this.#isLarge(view, request);
    const least = large ? byteLength : roundUp(byteLength);
    assert.ok(cost >= least && cost <= least + (options?.alignment ?? 0), `${byteLength} bytes count for ${cost}`);
    this.#add({ ...adopt(view, request, zeroed, cost), large });
  }

  #add(block: ScopeBlock): void {
    this.#blocks.push(block);
    if (block.large) return;
    this.#bumpBytes += block.cost;
    this.#bumpBlocks++;
  }

  /** Copies bytes or text in. */
  copy(): void {
    const text = "häppchen 漢字 ".repeat(this.#random.below(40));
    let view: Uint8Array<ArrayBuffer>;
    try {
      view = this.#random.once(2) ? this.scope.text(text) : this.scope.bytes(new TextEncoder().encode(text));
    } catch (error) {
      if (this.#isRefusal(error, roundUp(text.length * 2))) return;
      throw error;
    }
    assert.equal(readText(view), text);
    if (view.byteLength === 0) return;
    const block = { view, id: nextId(), alignment: 0, offset: 0 };
    fill(view, block.id);
    const large = this.#fillsItsBuffer(view, 0);
    this.#add({ ...block, large, cost: large ? view.byteLength : roundUp(view.byteLength) });
  }

  /** Gives a block back; that does nothing to one in a chunk. */
  free(): void {
    if (this.#blocks.length === 0) return;
    const index = this.#random.below(this.#blocks.length);
    const block = this.#blocks[index]!;
    verify(block);
    this.scope.free(block.view);
    if (block.view.buffer.byteLength !== 0) {
      if (block.large) this.#foundInChunk(index);
      return verify(block);
    }
    assert.ok(block.large);
    assertDetached(block.view);
    this.#freed = block.view;
    this.#replaceInMarks(block, this.#blocks[index - 1]);
    this.#blocks.splice(index, 1);
  }

  #replaceInMarks(block: ScopeBlock, other: ScopeBlock | undefined): void {
    this.#marks.forEach((mark, index) => {
      if (mark.last === block) this.#marks[index] = { ...mark, last: other };
    });
  }

  /** Gives a block another size. */
  reallocate(): void {
    if (this.#blocks.length === 0) return;
    const index = this.#random.below(this.#blocks.length);
    const block = this.#blocks[index]!;
    const { view, id } = block;
    const [address, oldLength] = [addressOf(view), view.byteLength];
    const { length, byteLength } = randomResize(this.#random, view);
    const before = this.scope.liveBytes;
    let resized: AnyView;
    try {
      resized = this.scope.reallocate(view, length);
    } catch (error) {
      if (!this.#isRefusal(error, roundUp(byteLength) + block.alignment)) throw error;
      return verify(block);
    }
    assert.equal(resized.byteLength, byteLength);
    assertFilled(resized, id, Math.min(oldLength, byteLength));
    const change = this.scope.liveBytes - before;
    if (block.large && view.buffer.byteLength !== 0) this.#foundInChunk(index);
    const known = this.#blocks[index]!;
    if (known.large) this.#resizeLarge(index, known, resized, change);
    else this.#resizeInChunk(index, known, resized, change, addressOf(resized) === address);
  }

  #resizeLarge(index: number, block: ScopeBlock, resized: AnyView, change: number): void {
    assertDetached(block.view);
    this.#freed = block.view;
    const cost = block.cost + change;
    assert.ok(cost >= resized.byteLength && cost <= resized.byteLength + block.alignment);
    if (block.alignment > 0) assert.equal((addressOf(resized) + block.offset) % block.alignment, 0);
    this.#put(index, { ...block, view: resized, id: nextId(), cost });
  }

  #resizeInChunk(index: number, block: ScopeBlock, resized: AnyView, change: number, inPlace: boolean): void {
    // The old view stays an alias that nothing vouches for.
    const { byteLength } = resized;
    const next = { ...block, view: resized, id: nextId() };
    if (inPlace) {
      const grown = Math.max(0, roundUp(byteLength) - roundUp(block.view.byteLength));
      assert.ok(change === grown || change === 0 && byteLength <= block.view.byteLength);
      this.#bumpBytes += change;
      return this.#put(index, { ...next, cost: block.cost + change });
    }
    this.#replaceInMarks(block, this.#blocks[index - 1]);
    this.#blocks.splice(index, 1);
    const large = this.#fillsItsBuffer(resized, 0);
    assert.equal(change, large ? byteLength : roundUp(byteLength));
    fill(resized, next.id);
    this.#add({ ...next, alignment: 0, offset: 0, large, cost: change });
  }

  #put(index: number, block: ScopeBlock): void {
    this.#replaceInMarks(this.#blocks[index]!, block);
    this.#blocks[index] = block;
    fill(block.view, block.id);
  }

  /** Sets a checkpoint. */
  checkpoint(): void {
    const checkpoint = this.scope.checkpoint();
    assert.deepEqual([checkpoint.liveBytes, checkpoint.liveBlocks], [this.scope.liveBytes, this.scope.liveBlocks]);
    const last = this.#blocks.at(-1);
    this.#marks.push({ checkpoint, last, bumpBytes: this.#bumpBytes, bumpBlocks: this.#bumpBlocks });
    if (this.#marks.length > 20) this.#marks.shift();
  }

  /** Goes back to a checkpoint. */
  rollback(): void {
    if (this.#marks.length === 0) return;
    const index = this.#random.below(this.#marks.length);
    const mark = this.#marks[index]!;
    this.scope.rollback(mark.checkpoint);
    const later = this.#marks.splice(index + 1).find(({ checkpoint }) => checkpoint !== mark.checkpoint);
    if (later !== undefined) assertThrows(() => this.scope.rollback(later.checkpoint), "RangeError");
    const kept = mark.last === undefined ? 0 : this.#blocks.indexOf(mark.last) + 1;
    for (const { view } of this.#blocks.splice(kept)) assertDetached(view);
    this.#bumpBytes = mark.bumpBytes;
    this.#bumpBlocks = mark.bumpBlocks;
    this.#blocks.forEach(verify);
  }

  /** Takes everything back. */
  reset(): void {
    this.#blocks.forEach(verify);
    this.scope.reset();
    this.#forget();
  }

  #forget(): void {
    for (const { view } of this.#blocks) assertDetached(view);
    this.#blocks = [];
    this.#marks.length = 0;
    this.#bumpBytes = this.#bumpBlocks = 0;
  }

  /** Calls that have to throw and to change nothing. */
  misuse(foreign: AnyView | undefined): void {
    const { scope } = this;
    const action = this.#random.once(2)
      ? (view: AnyView) => (): void => scope.free(view)
      : (view: AnyView) => (): unknown => scope.reallocate(view, 10);
    assertThrows(action(new Uint8Array(8)), "TypeError");
    if (foreign !== undefined) assertThrows(action(foreign), "TypeError");
    if (this.#freed !== undefined) assertThrows(action(this.#freed), "TypeError");
    // One that is as long as a chunk may be a chunk that it fills, of which any part will do.
    const large = this.#blocks.find(({ large, view }) => large && view.byteLength !== this.#pool.chunkBytes);
    if (large !== undefined) assertThrows(action(bytesOf(large.view).subarray(1)), "TypeError");
    const bad = this.#random.pick([0, -1, NaN, 0.5, 2 ** 32 + 5, 2 ** 53, Infinity]);
    assertThrows(() => scope.allocate(Float64Array, bad), "RangeError");
    assertThrows(() => scope.allocate(Uint8Array, 64, { alignment: 3 * 2 ** this.#random.below(10) }), "RangeError");
    this.check();
  }

  /** Checks the counts, and a block now and then. */
  check(): void {
    const large = this.#blocks.filter((block) => block.large).length;
    assert.equal(this.scope.liveBytes, this.liveBytes);
    assert.equal(this.scope.liveBlocks, this.#bumpBlocks + large);
    if (this.#blocks.length > 0 && this.#random.once(4)) verify(this.#random.pick(this.#blocks));
  }

  /** Checks every block. */
  checkAll(): void {
    this.#blocks.forEach(verify);
    this.check();
  }

  /** Ends the scope. */
  end(): void {
    if (this.#random.once(4)) this.#blocks.forEach(verify);
    this.scope[Symbol.dispose]();
    this.#forget();
    assert.deepEqual([this.scope.liveBytes, this.scope.liveBlocks, this.scope.closed], [0, 0, true]);
    assertThrows(() => this.scope.allocate(Uint8Array, 8), "ClosedError");
  }
}
