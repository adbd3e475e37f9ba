import { setImmediate } from "node:timers";
import type { AnyView } from "../../heaps/allocator.ts";
import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import { blockOfWhole } from "../../heaps/core/block_of_view.ts";
import { SharedMemory } from "../../heaps/core/shared_memory.ts";
import { currentSubprocess } from "../../heaps/core/subprocess_state.ts";
import { MAX_BLOCK_BYTES } from "../../heaps/core/view.ts";
import { ClosedError } from "../../heaps/errors.ts";
import { mainHeap } from "../../heaps/heap/main_heap.ts";
import type { Element } from "../../stl/elements/element.ts";
import { type Kind, VariableElement } from "../../stl/elements/variable_element.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { NO_ROOM, NOTHING, Queue, SENT } from "./_queue.ts";
import { type Slots, slotSizeFor, slotsOver } from "./_slots.ts";
import {
  type Awaited,
  deadlineOf,
  requireWaitable,
  SLICE,
  waitFor,
  waitForAsync,
  type WaitOptions,
} from "../core/waiting.ts";
import { word } from "./_words.ts";

export type { WaitOptions };

/** What the messages of a channel can be: a struct, a number or another element, or text or bytes of any length. */
export type MessageKind<T, Input> = Element<T, Input> | VariableElement<T>;

/** Options of a {@linkcode Channel}. */
export interface ChannelOptions {
  /** A name for messages. */
  readonly name?: string;
  /** How many messages it has room for; the next power of two, and 16 at least, is taken. */
  readonly capacity: number;
  /**
   * The most bytes of a message of `anyText` or `anyBytes`; each slot takes so many.
   *
   * @default {1024}
   */
  readonly messageBytes?: number;
}

/** What another thread needs to use a channel: `postMessage()` can carry it. It is good in this process alone. */
export interface ChannelTicket {
  /** The name of the channel. */
  readonly name: string;
  /** Where the process keeps what it knows of the channel, and a secret of 128 bits that nobody can guess. */
  readonly key: string;
  /** The positions of the queue, by which threads wake each other. */
  readonly words: SharedArrayBuffer;
}

/** The most slots. */
const MOST_SLOTS = 2 ** 20;
const LEAST_BITS = 4;

/** What stands where among the numbers of the memory. */
const fact = { bits: 0, slotBytes: 1, messageBytes: 2, kind: 3, marks: 4 } as const;
const MARKS = 2;

/** After so many messages the rest of the program has a turn. */
const TURN = 1024;

let unnamed = 0;

/** The memory of channels that the program has dropped. */
const dropped = new FinalizationRegistry<SharedMemory>((memory) => memory.leave());

/** A channel whose memory is there already. */
class Opened {
  readonly name: string;
  readonly memory: SharedMemory;
  readonly words: SharedArrayBuffer;

  constructor(name: string, memory: SharedMemory, words: SharedArrayBuffer) {
    this.name = name;
    this.memory = memory;
    this.words = words;
  }
}

/**
 * A queue of messages between threads, in native memory: any number of threads send, one receives. A message is a struct,
 * a number or whatever else is an element, or text or bytes of up to a number of bytes. Its memory is taken at once and
 * never grows: when it is full `trySend` says so, and `send` waits.
 *
 * Each message arrives once, those of one sender in their order. Sending and receiving take constant time, a copy of the
 * message, and no call into the system unless somebody waits.
 *
 * | | does not wait | waits (in Workers) | waits, as a promise |
 * | --- | --- | --- | --- |
 * | send | `trySend` | `send` | `sendAsync` |
 * | receive | `tryReceive` | `receive`, `for` | `receiveAsync`, `for await` |
 *
 * After `close()` what was sent can still be received; then the channel has ended. Call it: a thread that leaves says
 * nothing by that, others may come. A thread that ends without leaving, because it was terminated or threw an error, makes
 * nobody wait for ever: when it was the receiver, or the last of the others, the channel is closed, within about 100
 * milliseconds. The system tells that (Linux); elsewhere choose a `timeout`.
 *
 * @example
 * ```ts
 * import { Channel } from "@mimalloc/ffi/threads";
 * import { f64, struct, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Sample = struct({ sensor: u32, value: f64 });
 * using samples = new Channel(Sample, { capacity: 1000 });
 * const ticket = samples.share(); // what a Worker gets by postMessage()
 *
 * using theirs = Channel.attach(ticket, Sample); // in the Worker
 * theirs.trySend({ sensor: 7, value: 0.5 });
 * theirs.trySend({ sensor: 8, value: 1.5 });
 * theirs.close();
 *
 * const received = [];
 * for await (const sample of samples) received.push(sample);
 * assert.deepEqual(received, [{ sensor: 7, value: 0.5 }, { sensor: 8, value: 1.5 }]);
 * ```
 */
export class Channel<T, Input = T> implements Disposable {
  readonly #memory: SharedMemory;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #slots: Slots<T, Input>;
  readonly #queue: Queue<T, Input>;
  #isOpen = true;
  #isReceiver = false;
  #received = 0;
  #nextLook: number = performance.now() + SLICE;
  /** The name for messages. */
  readonly name: string;
  /** How many messages it has room for. */
  readonly capacity: number;
  /** The most bytes of a message. */
  readonly messageBytes: number;

  /**
   * Makes a channel for messages of `kind`; its memory is a block of `mainHeap()`, until its last user is gone.
   *
   * Throws `TypeError` for what is no kind and for structs with references, which lead nowhere in other threads;
   * `RangeError` for a capacity that is no integer from 1 to 1,048,576, for `messageBytes` from 1 to 2^24 and for more than
   * 4,294,967,295 bytes in all; `AllocationError`; `Error` in a sub-process, whose memory would end with it, and
   * `UnsupportedError` where threads find no memory in common (Windows).
   */
  constructor(kind: MessageKind<T, Input>, options: ChannelOptions) {
    const opened = options instanceof Opened ? options : open(kind as Kind<unknown>, options);
    const { memory, name } = opened;
    const bits = memory.fact(fact.bits);
    const size = { slotBytes: memory.fact(fact.slotBytes), messageBytes: memory.fact(fact.messageBytes) };
    this.name = name;
    this.capacity = 2 ** bits;
    this.messageBytes = size.messageBytes;
    this.#memory = memory;
    this.#words = new Int32Array(opened.words);
    this.#slots = slotsOver(kind as Kind<unknown>, memory.buffer, size) as Slots<T, Input>;
    this.#queue = new Queue(this.#words, this.#slots, bits, memory.member);
    this.#queue.forgetEarlier();
    dropped.register(this, memory, this);
  }

  /**
   * The channel that `share()` made a ticket of, on this thread. `kind` has the layout of the one that the channel was
   * made with; the type itself does not travel.
   *
   * Throws `TypeError` for a ticket that nobody made and for a kind of another layout; {@linkcode ClosedError} when nobody
   * uses the channel any more.
   *
   * @example
   * ```ts
   * import { Channel } from "@mimalloc/ffi/threads";
   * import { anyText, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using lines = new Channel(anyText, { capacity: 64, messageBytes: 200 });
   * using same = Channel.attach(structuredClone(lines.share()), anyText);
   * same.trySend("hello");
   * assert.equal(lines.tryReceive(), "hello");
   * assert.throws(() => Channel.attach(lines.share(), u32), TypeError);
   * ```
   */
  static attach<T, Input = T>(ticket: ChannelTicket, kind: MessageKind<T, Input>): Channel<T, Input> {
    const { name, key, words } = requireObject(ticket, "attach a channel", "a ticket of Channel.share()");
    const label = String(name);
    const memory = SharedMemory.join(`attach channel "${label}"`, "channel", key);
    try {
      requireWords(words, memory, label);
      requireKind(kind as Kind<unknown>, memory, label);
      return new Channel(kind, new Opened(label, memory, words) as unknown as ChannelOptions);
    } catch (error) {
      memory.leave();
      throw error;
    }
  }

  /** What another thread needs to use the channel, to be sent with `postMessage()`. Throws {@linkcode ClosedError}. */
  share(): ChannelTicket {
    this.#requireOpen("share");
    return { name: this.name, key: this.#memory.key, words: this.#words.buffer };
  }

  /** How many messages wait to be received. */
  get length(): number {
    return this.#queue.length;
  }

  /** Whether it takes no messages any more: some thread has closed it, or this one has left. */
  get closed(): boolean {
    return !this.#isOpen || Atomics.load(this.#words, word.closed) !== 0;
  }

  /** Whether nothing can be received any more: it is closed and read to its end, or this thread has left. */
  get ended(): boolean {
    return !this.#isOpen || (this.closed && this.#queue.isDone);
  }

  /**
   * Sends `value`, which is copied; false when there is no room.
   *
   * Throws {@linkcode ClosedError} when the channel is closed, and what the kind throws for a value that is none of it.
   */
  trySend(value: Input): boolean {
    if (!this.#isOpen) this.#requireOpen("send to");
    this.#slots.prepare(value);
    const outcome = this.#queue.add();
    return outcome === SENT || this.#notSent(outcome);
  }

  #notSent(outcome: number): boolean {
    if (this.#isLookDue()) this.#lookForReceiver();
    if (outcome === NO_ROOM && !this.closed) return false;
    throw new ClosedError(`Cannot send to channel "${this.name}": it is closed`);
  }

  /**
   * Sends `value`, which is copied, once there is room for it; false when that was not so within `timeout` milliseconds.
   *
   * Throws like {@linkcode Channel.trySend}, and `Error` on the main thread when it would have to wait.
   */
  send(value: Input, options?: WaitOptions): boolean {
    if (this.trySend(value)) return true;
    const deadline = deadlineOf(options, "send");
    requireWaitable("wait for room in a channel", "sendAsync");
    const room = this.#room();
    while (waitFor(this.#words, room, deadline)) if (this.trySend(value)) return true;
    return this.trySend(value);
  }

  /** Like {@linkcode Channel.send}, on any thread. */
  async sendAsync(value: Input, options?: WaitOptions): Promise<boolean> {
    if (this.trySend(value)) return true;
    const deadline = deadlineOf(options, "send");
    const room = this.#room();
    while (await waitForAsync(this.#words, room, deadline)) if (this.trySend(value)) return true;
    return this.trySend(value);
  }

  #room(): Awaited {
    return {
      at: word.sendersWait,
      isReady: () => !this.#isOpen || !this.#queue.isFull || this.closed,
      look: () => this.#lookForReceiver(),
    };
  }

  /** Closes the channel when nobody is left who could make room. */
  #lookForReceiver(): void {
    if (!this.#isOpen) return;
    const receiver = Atomics.load(this.#words, word.receiver);
    const isGone = receiver > 0 && this.#memory.nameOf(receiver - 1) === undefined;
    if (isGone || this.#isAlone()) this.close();
  }

  /** Lets threads go that have ended; whether there were some, and no other one is left. */
  #isAlone(): boolean {
    return this.#memory.leaveForEnded() === 0 && this.#memory.hasLost;
  }

  /**
   * The next message; `undefined` when there is none at the moment, or the channel has ended.
   *
   * Throws `Error` when another thread receives from the channel, and {@linkcode ClosedError} when this one has left.
   */
  tryReceive(): T | undefined {
    if (!this.#isReceiver) this.#becomeReceiver();
    const message = this.#queue.take();
    return message === NOTHING ? this.#noMessage() : message;
  }

  #noMessage(): undefined {
    this.#requireOpen("receive from");
    this.#queue.wakeSenders();
    if (this.#isLookDue()) this.#lookForSenders();
  }

  /** Whether a program that tries again and again should look after the other threads, as those do that wait. */
  #isLookDue(): boolean {
    const now = performance.now();
    if (now < this.#nextLook) return false;
    this.#nextLook = now + SLICE;
    return true;
  }

  /**
   * The next message, as soon as there is one; `undefined` when there was none within `timeout` milliseconds, or when the
   * channel has ended.
   *
   * Throws like {@linkcode Channel.tryReceive}, and `Error` on the main thread when it would have to wait.
   */
  receive(options?: WaitOptions): T | undefined {
    const message = this.#take();
    if (message !== NOTHING || this.ended) return message === NOTHING ? undefined : message;
    const deadline = deadlineOf(options, "receive");
    requireWaitable("wait for a message", "receiveAsync");
    const next = this.#next();
    for (;;) {
      const isInTime = waitFor(this.#words, next, deadline);
      const awaited = this.#take();
      if (awaited !== NOTHING) return awaited;
      if (!isInTime || this.ended) return undefined;
    }
  }

  /** Like {@linkcode Channel.receive}, on any thread. */
  async receiveAsync(options?: WaitOptions): Promise<T | undefined> {
    const deadline = deadlineOf(options, "receive");
    this.#received++;
    const message = await this.#takeAsync(deadline);
    return message === NOTHING ? undefined : message;
  }

  async #nextAsync(): Promise<IteratorResult<T, undefined>> {
    const message = await this.#takeAsync(Infinity);
    return message === NOTHING ? { done: true, value: undefined } : { done: false, value: message };
  }

  async #takeAsync(deadline: number): Promise<T | typeof NOTHING> {
    // Else a program that always finds a message would never get to its timers and input.
    if (this.#received % TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    const message = this.#take();
    if (message !== NOTHING) return message;
    const next = this.#next();
    for (let isInTime = true; isInTime && !this.ended;) {
      isInTime = await waitForAsync(this.#words, next, deadline);
      const awaited = this.#isOpen ? this.#take() : NOTHING;
      if (awaited !== NOTHING) return awaited;
    }
    return NOTHING;
  }

  #take(): T | typeof NOTHING {
    if (!this.#isReceiver) this.#becomeReceiver();
    const message = this.#queue.take();
    if (message === NOTHING) this.#noMessage();
    return message;
  }

  #next(): Awaited {
    return {
      at: word.receiverWaits,
      isReady: () => !this.#isOpen || !this.#queue.isEmpty || this.ended,
      look: () => this.#lookForSenders(),
    };
  }

  /** Passes over what an ended thread has begun, and closes the channel when nobody is left who could send. */
  #lookForSenders(): void {
    if (!this.#isOpen) return;
    const { writer } = this.#queue;
    const isKilled = writer !== undefined && writer !== this.#memory.member &&
      this.#memory.nameOf(writer) === undefined;
    if (isKilled) this.#queue.skip(writer);
    if (this.#isAlone()) this.close();
  }

  #becomeReceiver(): void {
    this.#requireOpen("receive from");
    const own = this.#memory.member + 1;
    for (;;) {
      const other = Atomics.load(this.#words, word.receiver);
      const name = other === 0 || other === own ? undefined : this.#memory.nameOf(other - 1);
      if (name !== undefined) {
        throw new Error(`Cannot receive from channel "${this.name}": the thread "${name}" does, and one can`);
      }
      if (Atomics.compareExchange(this.#words, word.receiver, other, own) === other) break;
    }
    this.#queue.recover();
    this.#isReceiver = true;
  }

  #requireOpen(action: string): void {
    if (!this.#isOpen) throw new ClosedError(`Cannot ${action} channel "${this.name}": this thread has left it`);
  }

  /** The messages until the channel has ended, in a Worker: it waits for each. Throws like {@linkcode Channel.receive}. */
  *[Symbol.iterator](): IterableIterator<T> {
    while (!this.ended) {
      const message = this.#take();
      if (message !== NOTHING) {
        yield message;
        continue;
      }
      if (this.ended) return;
      requireWaitable("wait for a message", "for await, receiveAsync");
      waitFor(this.#words, this.#next(), Infinity);
    }
  }

  /** The messages until the channel has ended. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return {
      next: () => {
        if (!this.#isOpen) return Promise.resolve({ done: true, value: undefined });
        const message = ++this.#received % TURN === 0 ? NOTHING : this.#take();
        return message === NOTHING ? this.#nextAsync() : Promise.resolve({ done: false, value: message });
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator](): AsyncIterableIterator<T> {
        return this;
      },
    };
  }

  /** Lets nobody send any more; what was sent can still be received. The second call does nothing. */
  close(): void {
    if (!this.#isOpen) return;
    Atomics.store(this.#words, word.closed, 1);
    this.#queue.wake(word.receiverWaits);
    this.#queue.wake(word.sendersWait);
  }

  /**
   * Leaves the channel, the memory of which is freed when the last user has left. When this thread receives, it closes the
   * channel. The second call does nothing.
   */
  dispose(): void {
    if (!this.#isOpen) return;
    if (this.#isReceiver) this.close();
    this.#isOpen = false;
    dropped.unregister(this);
    this.#memory.leave();
    // What this thread waits for itself.
    this.#queue.wake(word.receiverWaits);
    this.#queue.wake(word.sendersWait);
  }

  /** The same as {@linkcode Channel.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function open(kind: Kind<unknown>, options: ChannelOptions): Opened {
  const { name, capacity, messageBytes } = requireObject(options, "make a Channel");
  // Before there is anything that a conversion which throws would leave behind.
  const named = name === undefined ? undefined : String(name);
  const size = slotSizeFor(kind, messageBytes);
  if (!(Number.isInteger(capacity) && capacity > 0 && capacity <= MOST_SLOTS)) {
    throw new RangeError(
      `Cannot make a Channel for ${shown(capacity)} messages: expected an integer from 1 to ${MOST_SLOTS}`,
    );
  }
  const { address, label } = currentSubprocess();
  if (address !== 0) throw new Error(`Cannot make a Channel in ${label}: its memory would end with that`);
  const bits = Math.max(LEAST_BITS, Math.ceil(Math.log2(capacity)));
  const byteLength = 2 ** bits * size.slotBytes;
  if (byteLength > MAX_BLOCK_BYTES) {
    throw new RangeError(`Cannot make a Channel of ${byteLength} bytes: a block has at most ${MAX_BLOCK_BYTES}`);
  }
  const view: AnyView = mainHeap().allocateZeroed(Uint8Array, byteLength);
  const block = blockOfWhole(view, "make a Channel of");
  const words = new Int32Array(new SharedArrayBuffer((word.slots + 2 ** bits) * 4));
  const marks = words.subarray(word.marks, word.marks + MARKS);
  marks.set(crypto.getRandomValues(new Int32Array(MARKS)));
  const facts = [bits, size.slotBytes, size.messageBytes, fingerprintOf(kind.layout)];
  try {
    const memory = SharedMemory.begin("make a Channel", "channel", block, [...facts, ...new Uint32Array(marks)]);
    return new Opened(named ?? `channel ${++unnamed}`, memory, words.buffer);
  } catch (error) {
    mainHeap().free(view);
    throw error;
  }
}

/** Throws `TypeError` unless these are the words of the channel in `memory`. */
function requireWords(words: unknown, memory: SharedMemory, label: string): void {
  const byteLength = (word.slots + 2 ** memory.fact(fact.bits)) * 4;
  if (!(words instanceof SharedArrayBuffer && words.byteLength === byteLength)) {
    refuseArgument(words, `attach channel "${label}"`, "the words of its ticket");
  }
  const marks = new Uint32Array(words, word.marks * 4, MARKS);
  if (marks.every((mark, index) => mark === memory.fact(fact.marks + index))) return;
  throw new TypeError(`Cannot attach channel "${label}": these are not the words of its ticket`);
}

function requireKind(kind: Kind<unknown>, memory: SharedMemory, label: string): void {
  const { messageBytes } = slotSizeFor(kind, undefined);
  // An element of the program may say of two sizes that they are one layout.
  const fits = kind instanceof VariableElement || messageBytes === memory.fact(fact.messageBytes);
  if (fits && fingerprintOf(kind.layout) === memory.fact(fact.kind)) return;
  throw new TypeError(
    `Cannot attach channel "${label}" for messages of kind ${kind.name}: it was made for those of another layout`,
  );
}
