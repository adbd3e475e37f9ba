import type { Block } from "../../heaps/core/block.ts";
import type { BlockObserver, ObservedStore } from "../../heaps/core/observed_store.ts";
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
  // Blocks that fit the pages in use.
  readonly #room: Int32Array<ArrayBuffer>;

  /** Counts from 0. */
  constructor(classes: SizeClasses) {
    this.classes = classes;
    const { length } = classes.list;
    this.live = new Int32Array(length);
    this.peak = new Int32Array(length);
    this.#room = new Int32Array(length);
  }

  /** Refuses nothing. */
  admit(_byteLength: number): void {}

  /** Counts a block. */
  take(byteLength: number, store: ObservedStore, block: Block): void {
    const { live, peak } = this;
    const index = this.classes.indexOf(byteLength);
    if (index === live.length) return this.#takeSingle(store.wholeSize(block));
    const count = ++live[index]!;
    if (count > peak[index]!) peak[index] = count;
    if (count > this.#room[index]!) this.#addPage(index);
  }

  /** Counts a block no more. */
  give(usableBytes: number): void {
    const index = this.classes.indexOf(usableBytes);
    if (index === this.live.length) return this.#giveSingle(usableBytes);
    const count = --this.live[index]!;
    const { blocksPerPage } = this.classes.list[index]!;
    if (count <= this.#room[index]! - blocksPerPage) this.#dropPage(index);
  }

  #addPage(index: number): void {
    const sizeClass = this.classes.list[index]!;
    this.#room[index]! += sizeClass.blocksPerPage;
    this.#addToKind(pageKindOf(sizeClass), 1, sizeClass.pageBytes);
  }

  #dropPage(index: number): void {
    const sizeClass = this.classes.list[index]!;
    this.#room[index]! -= sizeClass.blocksPerPage;
    this.#addToKind(pageKindOf(sizeClass), -1, -sizeClass.pageBytes);
  }

  #takeSingle(usableBytes: number): void {
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
