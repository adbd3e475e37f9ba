import type { Block } from "./block.ts";
import { BlockStore } from "./block_store.ts";
import { Identity } from "./identity.ts";

/** Hears of the blocks of a store: with how many bytes each is taken, and with how many it is given back. */
export interface BlockObserver {
  /** A block for `byteLength` bytes is about to be taken; what this throws refuses it. */
  admit(byteLength: number): void;
  /** A block for `byteLength` bytes was taken; `store.wholeSize(block)` is what it really has, by a call of C. */
  take(byteLength: number, store: ObservedStore, block: Block): void;
  /** A block that has `usableBytes` was given back to C. */
  give(usableBytes: number): void;
}

/** Writes the observer of a store into a private field of the store. */
class Observation extends Identity {
  #observer: BlockObserver | undefined = undefined;

  static set(store: BlockStore, observer: BlockObserver | undefined): void {
    if (!(#observer in store)) new Observation(store);
    (store as object as Observation).#observer = observer;
  }

  static get(store: BlockStore): BlockObserver | undefined {
    return #observer in store ? (store as object as Observation).#observer : undefined;
  }

  /** The observer of a store that has one. */
  static of(store: BlockStore): BlockObserver {
    return (store as object as Observation).#observer!;
  }
}

/**
 * A store that tells an observer of its blocks. No such object is ever made: {@linkcode observeStore} gives this class to
 * a store for as long as somebody observes it, so that all others have nothing to ask on their paths.
 *
 * Which alignment C serves from which size of blocks depends on the addresses that it has ready. So here an aligned
 * block is one of ordinary size that has room for its alignment, and its size is known beforehand.
 */
export class ObservedStore extends BlockStore {
  protected override get maxNativeAlignment(): number {
    return 0;
  }

  override allocate(byteLength: number, zeroed: boolean): Block {
    const observer = Observation.of(this);
    if (!this.budget.usable) this.budget.requireUsable("allocate");
    observer.admit(byteLength);
    const block = super.allocate(byteLength, zeroed);
    observer.take(byteLength, this, block);
    return block;
  }

  /** Bytes that the block has in C, from its first byte on; 0 when it went with its sub-process. */
  wholeSize(block: Block): number {
    return this.budget.subprocess.closed ? 0 : this.usableSize(block) + block.byteOffset;
  }

  override release(block: Block, outgrown: boolean = false): void {
    if (block.index < 0) return super.release(block, outgrown);
    const { budget } = this;
    const usableBytes = this.wholeSize(block);
    const kept = budget.escapedBlocks + budget.quarantinedBlocks;
    super.release(block, outgrown);
    if (budget.escapedBlocks + budget.quarantinedBlocks === kept) Observation.of(this).give(usableBytes);
  }

  override endQuarantine(block: Block, moved: boolean): void {
    const usableBytes = this.wholeSize(block);
    super.endQuarantine(block, moved);
    if (!moved) Observation.of(this).give(usableBytes);
  }

  protected override inherit(block: Block): void {
    super.inherit(block);
    Observation.of(this).take(this.wholeSize(block), this, block);
  }

  override bequeath(heir: BlockStore): ReturnType<BlockStore["bequeath"]> {
    const sizes = this.blocks.map((block) => this.wholeSize(block));
    const handle = super.bequeath(heir);
    if (handle !== undefined) { for (const usableBytes of sizes) Observation.of(this).give(usableBytes); }
    return handle;
  }

  override destroy(): void {
    const observer = Observation.of(this);
    const sizes = this.blocks.map((block) => this.wholeSize(block));
    super.destroy();
    for (const usableBytes of sizes) observer.give(usableBytes);
  }
}

/** Two observers of one store. */
class Both implements BlockObserver {
  readonly first: BlockObserver;
  readonly second: BlockObserver;

  constructor(first: BlockObserver, second: BlockObserver) {
    this.first = first;
    this.second = second;
  }

  admit(byteLength: number): void {
    this.first.admit(byteLength);
    this.second.admit(byteLength);
  }

  take(byteLength: number, store: ObservedStore, block: Block): void {
    this.first.take(byteLength, store, block);
    this.second.take(byteLength, store, block);
  }

  give(usableBytes: number): void {
    this.first.give(usableBytes);
    this.second.give(usableBytes);
  }
}

/** `observer` without `leaving`. */
function without(observer: BlockObserver | undefined, leaving: BlockObserver): BlockObserver | undefined {
  if (observer === leaving) return undefined;
  if (!(observer instanceof Both)) return observer;
  const [first, second] = [without(observer.first, leaving), without(observer.second, leaving)];
  return first !== undefined && second !== undefined ? new Both(first, second) : first ?? second;
}

/** Tells `observer` of the blocks of `store` that are live now, and of each from then on. */
export function observeStore(store: BlockStore, observer: BlockObserver): void {
  const other = Observation.get(store);
  Observation.set(store, other === undefined ? observer : new Both(other, observer));
  if (other === undefined) Object.setPrototypeOf(store, ObservedStore.prototype);
  const observed = store as ObservedStore;
  for (const block of store.blocks) observer.take(observed.wholeSize(block), observed, block);
}

/** Ends what {@linkcode observeStore} began. */
export function endObservation(store: BlockStore, observer: BlockObserver): void {
  const rest = without(Observation.get(store), observer);
  Observation.set(store, rest);
  if (rest === undefined) Object.setPrototypeOf(store, BlockStore.prototype);
}
