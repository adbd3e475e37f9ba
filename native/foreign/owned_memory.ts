import { clearInterval, setInterval } from "node:timers";
import type { Address } from "../../ffi/types.ts";
import type { AnyView } from "../../heaps/allocator.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import { detach, isDetached } from "../../heaps/core/detach.ts";
import { extentOf } from "../../heaps/core/extent.ts";
import { Identity } from "../../heaps/core/identity.ts";

/** Memory of others that this library takes care of, and the one view that was handed out. */
interface Owned {
  /** How messages call it. */
  readonly label: string;
  readonly start: Address;
  readonly end: Address;
  readonly buffer: ArrayBuffer;
  /** Gives it back to whom it came from; called once. */
  readonly release: () => void;
  /** How many calls that run elsewhere use it. */
  holds: number;
  /** Whether the program has given it back. */
  ended: boolean;
}

/** Writes what is known of memory into a private field of its ArrayBuffer. */
class Owner extends Identity {
  #owned: Owned;

  constructor(buffer: ArrayBuffer, owned: Owned) {
    super(buffer);
    this.#owned = owned;
  }

  static of(buffer: object): Owned | undefined {
    return #owned in buffer ? (buffer as Owner).#owned : undefined;
  }
}

/** What is not given back, by address: no two overlap. */
const stretches: Owned[] = [];

/** The index of the first stretch that ends behind an address; in the logarithm of their number. */
function indexBehind(address: Address): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle]!.end > address) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The label of memory that is owned already and has bytes from `start` to `end`. */
export function ownerOfRange(start: Address, end: Address): string | undefined {
  const next = stretches[indexBehind(start)];
  return next !== undefined && next.start < end ? next.label : undefined;
}

/** A view that can be given back by `using` too. */
export type OwnedView<V extends AnyView> = V & Disposable;

/** Takes care of the memory behind a new `view`, whose buffer has no other; `release` gives it back. */
export function ownMemory<V extends AnyView>(
  view: V,
  start: Address,
  label: string,
  release: () => void,
): OwnedView<V> {
  const { buffer, byteLength } = view;
  const owned: Owned = { label, start, end: start + byteLength, buffer, release, holds: 0, ended: false };
  if (byteLength > 0) stretches.splice(indexBehind(start), 0, owned);
  new Owner(buffer, owned);
  return Object.defineProperty(view, Symbol.dispose, { value: () => dispose(owned) }) as OwnedView<V>;
}

/**
 * Gives back memory that `adopt()` or `mapFile()` has made a view of. The view has length 0 from then on, like every other
 * view of its buffer. `using` does the same at the end of its block, and nothing when that was done before.
 *
 * Throws `TypeError`, and changes nothing, when the view was given back before, when it is a part of it, of a heap or of
 * nobody, and when its buffer was moved away; `Error` while a call that runs elsewhere uses it, and while the runtime reads
 * or writes it (Bun). What giving back throws comes through, and it is not tried again.
 */
export function giveBack(view: AnyView): void {
  const extent = extentOf(view);
  if (extent === undefined) refuseArgument(view, "give memory back", "a view of adopt() or mapFile()");
  const owned = Owner.of(extent.buffer);
  if (owned === undefined) {
    throw new TypeError("Cannot give this view back: neither adopt() nor mapFile() made it, or its buffer was moved");
  }
  const { label, holds } = owned;
  if (owned.ended) throw new TypeError(`Cannot give ${label} back: that was done before`);
  if (extent.detached) {
    throw new TypeError(`Cannot give ${label} back: its buffer was moved by transfer() or postMessage()`);
  }
  if (extent.byteLength !== owned.end - owned.start) {
    throw new TypeError(`Cannot give ${label} back: the view is a part of it, pass the whole one`);
  }
  if (holds > 0) throw new Error(`Cannot give ${label} back: ${holds} calls use it, await them first`);
  detach(owned.buffer);
  if (!isDetached(owned.buffer)) {
    throw new Error(`Cannot give ${label} back: the runtime still reads or writes it`);
  }
  owned.ended = true;
  finish(owned);
}

function dispose(owned: Owned): void {
  // Who has moved the buffer away may still use the memory, so that stays.
  if (owned.ended || isDetached(owned.buffer)) return;
  owned.ended = true;
  detach(owned.buffer);
  if (isDetached(owned.buffer) && owned.holds === 0) finish(owned);
  else if (!isDetached(owned.buffer)) wait(owned);
}

function finish(owned: Owned): void {
  if (owned.end > owned.start) stretches.splice(indexBehind(owned.start), 1);
  owned.release();
}

/** How often memory that the runtime holds for input or output is looked at again, in milliseconds. */
const PERIOD = 50;

function wait(owned: Owned): void {
  const timer = setInterval(() => {
    detach(owned.buffer);
    if (!isDetached(owned.buffer)) return;
    clearInterval(timer);
    if (owned.holds === 0) finish(owned);
  }, PERIOD);
  timer.unref();
}

/** Keeps the memory of `view` until `promise` settles, when it is owned. */
export function holdOwned(view: AnyView, promise: PromiseLike<unknown>): void {
  const owned = Owner.of(view.buffer);
  if (owned === undefined || owned.ended) return;
  owned.holds++;
  function end(): void {
    owned!.holds--;
    if (owned!.ended && owned!.holds === 0 && isDetached(owned!.buffer)) finish(owned!);
  }
  promise.then(end, end);
}
