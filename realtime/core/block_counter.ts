import type { Block } from "../../heaps/core/block.ts";
import type { BlockObserver } from "../../heaps/core/block_observer.ts";
import { PAGE_KINDS, pageKindOf, type SizeClasses } from "./size_classes.ts";

/** Index of the kind of pages that hold a single block. */
const SINGLE = PAGE_KINDS.indexOf("single");

/** How many blocks of one size are live, and the most that ever were. */
export interface SingleCount {
  live: number;
  peak: number;
}

/** Counts the live blocks of each size, the pages that they fill, and the most of each that there ever were. */
export class BlockCounter implements BlockObserver {
  /** The sizes that are counted. */
  readonly classes: SizeClasses;
  /** Live blocks of each class. */
  readonly live: Int32Array<ArrayBuffer>;
  /** The most of them at a time. */
  readonly peak: Int32Array<ArrayBuffer>;
  /** Single blocks by their size. */
  readonly singles: Map<number, SingleCount> = new Map();
  /** Pages of each kind at a time, and their bytes. */
  readonly kindPages: Float64Array<ArrayBuffer> = new Float64Array(PAGE_KINDS.length);
  readonly kindBytes: Float64Array<ArrayBuffer> = new Float64Array(PAGE_KINDS.length);
  /** The most of them. */
  readonly kindPeakPages: Float64Array<ArrayBuffer> = new Float64Array(PAGE_KINDS.length);
  readonly kindPeakBytes: Float64Array<ArrayBuffer> = new Float64Array(PAGE_KINDS.length);
  /** It counts by the sizes that C serves. */
  readonly needsSizes = true;
  // Blocks that fit the pages in use, and from which count on the last of those is not needed.
  readonly #room: Int32Array<ArrayBuffer>;
  readonly #spare: Int32Array<ArrayBuffer>;
  /** What the blocks have that are of another class than they count bytes for, and single ones. */
  readonly #sizes = new Map<Block, number>();

  /** Counts from 0. */
  constructor(classes: SizeClasses) {
    this.classes = classes;
    const { length } = classes.list;
    this.live = new Int32Array(length);
    this.peak = new Int32Array(length);
    this.#room = new Int32Array(length);
    this.#spare = Int32Array.from(classes.list, ({ blocksPerPage }) => -blocksPerPage);
  }

  /** Counts a block. */
  taken(block: Block): void {
    const index = this.classes.indexOf(block.byteLength);
    if (index === this.live.length) this.#takeSingle(block, wholeSize(block));
    else this.#take(index);
  }

  /** Counts a block that may have been resized before. */
  received(block: Block): void {
    const usableBytes = wholeSize(block);
    const index = this.classes.indexOf(usableBytes);
    if (index === this.live.length) return this.#takeSingle(block, usableBytes);
    if (index !== this.classes.indexOf(block.byteLength)) this.#sizes.set(block, usableBytes);
    this.#take(index);
  }

  /** Keeps a block in the class that it was taken in. */
  resized(block: Block, before: number): void {
    const { classes } = this;
    if (classes.indexOf(before) === classes.indexOf(block.byteLength) || this.#sizes.has(block)) return;
    this.#sizes.set(block, before);
  }

  /** Counts a block no more. */
  given(block: Block): void {
    let { byteLength } = block;
    if (this.#sizes.size > 0) {
      byteLength = this.#sizes.get(block) ?? byteLength;
      this.#sizes.delete(block);
    }
    const index = this.classes.indexOf(byteLength);
    if (index === this.live.length) this.#giveSingle(byteLength);
    else this.#give(index);
  }

  /** Its blocks are given back one by one. */
  ending(): void {}

  #take(index: number): void {
    const count = ++this.live[index]!;
    if (count > this.peak[index]!) this.peak[index] = count;
    if (count > this.#room[index]!) this.#addPages(index, 1);
  }

  #give(index: number): void {
    const count = --this.live[index]!;
    if (count <= this.#spare[index]!) this.#addPages(index, -1);
  }

  #addPages(index: number, pages: number): void {
    const sizeClass = this.classes.list[index]!;
    this.#room[index]! += pages * sizeClass.blocksPerPage;
    this.#spare[index]! += pages * sizeClass.blocksPerPage;
    this.#addToKind(pageKindOf(sizeClass), pages, pages * sizeClass.pageBytes);
  }

  #takeSingle(block: Block, usableBytes: number): void {
    this.#sizes.set(block, usableBytes);
    const count = this.singles.get(usableBytes) ?? { live: 0, peak: 0 };
    this.singles.set(usableBytes, count);
    count.live++;
    count.peak = Math.max(count.peak, count.live);
    this.#addToKind(SINGLE, 1, usableBytes);
  }

  #giveSingle(usableBytes: number): void {
    const count = this.singles.get(usableBytes);
    if (count === undefined) return;
    count.live--;
    this.#addToKind(SINGLE, -1, -usableBytes);
  }

  #addToKind(kind: number, pages: number, byteLength: number): void {
    const { kindPages, kindBytes, kindPeakPages, kindPeakBytes } = this;
    kindPages[kind]! += pages;
    kindBytes[kind]! += byteLength;
    kindPeakPages[kind] = Math.max(kindPeakPages[kind]!, kindPages[kind]!);
    kindPeakBytes[kind] = Math.max(kindPeakBytes[kind]!, kindBytes[kind]!);
  }
}

/** Bytes that a block has in C, by a call of it. */
function wholeSize(block: Block): number {
  return block.store.usableSize(block) + block.byteOffset;
}
