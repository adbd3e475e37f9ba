import type { View, ViewConstructor } from "../../heaps/allocator.ts";
import { refuseArgument, requireObject } from "../../heaps/argument.ts";
import { blockOfWhole } from "../../heaps/core/block_of_view.ts";
import { detach, isDetached } from "../../heaps/core/detach.ts";
import { SharedMemory } from "../../heaps/core/shared_memory.ts";
import { currentSubprocess } from "../../heaps/core/subprocess_state.ts";
import { createView, elementByteLength, VIEW_TYPES, viewType } from "../../heaps/core/view.ts";
import { ClosedError } from "../../heaps/errors.ts";
import { mainHeap } from "../../heaps/heap/main_heap.ts";
import { type Awaited, deadlineOf, requireWaitable, waitFor, waitForAsync, type WaitOptions } from "../core/waiting.ts";
import { Lock, word } from "./_lock.ts";

/** Options of a {@linkcode SharedView}. */
export interface SharedViewOptions {
  /** A name for messages. */
  readonly name?: string;
}

/** What another thread needs to use a shared view: `postMessage()` can carry it. It is good in this process alone. */
export interface SharedViewTicket {
  /** The name of the view. */
  readonly name: string;
  /** Where the process keeps what it knows of the memory, and a secret of 128 bits that nobody can guess. */
  readonly key: string;
  /** Who has the view at the moment; threads wake each other by it. */
  readonly words: SharedArrayBuffer;
}

/** What stands where among the numbers of the memory. */
const fact = { type: 0, marks: 1 } as const;
const MARKS = 2;
/** Numbers that the registry knows too, behind the words of the lock. */
const MARKS_AT = word.end;

let unnamed = 0;

/** A shared view whose memory is there already. */
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
 * A view of the same native memory in several threads, which take turns: one writes, or several read. Who has not borrowed
 * it sees nothing: its view has length 0. Nothing is copied when it passes from one to the next.
 *
 * JavaScript cannot keep a reader from writing: `borrowReading` says what is meant, as a type of `readonly` does.
 *
 * A thread that ends without giving the view back has it no more, within about 100 milliseconds where the system tells
 * that (Linux). The memory, a block of `mainHeap()`, lives until the last thread has left.
 *
 * @example
 * ```ts
 * import { SharedView } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * using frame = new SharedView(Uint8Array, 1920 * 1080, { name: "frame" });
 * const ticket = frame.share(); // what a Worker gets by postMessage()
 * using theirs = SharedView.attach<Uint8ArrayConstructor>(ticket); // in the Worker
 *
 * const pixels = theirs.tryBorrow()!;
 * pixels.fill(7);
 * assert.equal(frame.tryBorrowReading(), undefined); // the Worker has it
 * theirs.release();
 * assert.equal(pixels.length, 0);
 * assert.equal(frame.tryBorrowReading()?.[0], 7);
 * ```
 */
export class SharedView<T extends ViewConstructor> implements Disposable {
  readonly #memory: SharedMemory;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #lock: Lock;
  readonly #type: T;
  #isOpen = true;
  #view: View<T> | undefined;
  /** The name for messages. */
  readonly name: string;

  /**
   * Makes memory for `length` elements of `type` (bytes for DataView), all zero, which threads can share.
   *
   * Throws like `Heap.allocateZeroed()`; `Error` in a sub-process, whose memory would end with it, and `UnsupportedError`
   * where threads find no memory in common (Windows).
   */
  constructor(type: T, length: number, options: SharedViewOptions = {}) {
    const { name, memory, words } = options instanceof Opened ? options : open(type, length, options);
    this.name = name;
    this.#memory = memory;
    this.#words = new Int32Array(words);
    this.#lock = new Lock(this.#words, memory.member, (member) => memory.nameOf(member));
    // Numbers come back: what an earlier member of this one had when it was killed.
    this.#lock.release();
    this.#type = VIEW_TYPES[memory.fact(fact.type)]! as T;
  }

  /**
   * The view that `share()` made a ticket of, on this thread.
   *
   * Throws `TypeError` for a ticket that nobody made, {@linkcode ClosedError} when nobody uses the view any more.
   */
  static attach<T extends ViewConstructor>(ticket: SharedViewTicket): SharedView<T> {
    const { name, key, words } = requireObject(ticket, "attach a shared view", "a ticket of SharedView.share()");
    const label = String(name);
    const memory = SharedMemory.join(`attach shared view "${label}"`, "view", key);
    try {
      requireWords(words, memory, label);
      return new SharedView(Uint8Array as T, 0, new Opened(label, memory, words));
    } catch (error) {
      memory.leave();
      throw error;
    }
  }

  /** What another thread needs to use the view, to be sent with `postMessage()`. Throws {@linkcode ClosedError}. */
  share(): SharedViewTicket {
    this.#requireOpen("share");
    return { name: this.name, key: this.#memory.key, words: this.#words.buffer };
  }

  /** What this thread has borrowed; an empty view while that is nothing. */
  get view(): View<T> {
    return this.#view ?? createView(this.#type, new ArrayBuffer(0), 0, 0);
  }

  /** What the threads are called that use it besides: they have attached it, and not left. */
  get users(): string[] {
    return this.#isOpen ? this.#memory.others : [];
  }

  /** What the threads are called that have borrowed it at the moment. */
  get holders(): string[] {
    return this.#isOpen ? this.#lock.holders() : [];
  }

  /** Whether this thread has left it. */
  get closed(): boolean {
    return !this.#isOpen;
  }

  /**
   * Borrows the view for this thread alone, to write; `undefined` when others have it.
   *
   * Throws `Error` when this object has borrowed it already, {@linkcode ClosedError} when this thread has left.
   */
  tryBorrow(): View<T> | undefined {
    this.#requireFree("borrow");
    return this.#lock.tryWrite() ? this.#show() : this.#refused();
  }

  /**
   * Borrows the view together with others that read (62 at most); `undefined` when somebody writes.
   *
   * Throws like {@linkcode SharedView.tryBorrow}.
   */
  tryBorrowReading(): View<T> | undefined {
    this.#requireFree("borrow");
    return this.#lock.tryRead() ? this.#show() : this.#refused();
  }

  /**
   * Borrows the view to write once others have given it back; `undefined` when they did not within `timeout` milliseconds.
   *
   * Throws like {@linkcode SharedView.tryBorrow}, and `Error` on the main thread when it would have to wait.
   */
  borrow(options?: WaitOptions): View<T> | undefined {
    return this.#wait(() => this.tryBorrow(), this.#turn(word.end), options);
  }

  /** Like {@linkcode SharedView.borrow}, to read. */
  borrowReading(options?: WaitOptions): View<T> | undefined {
    return this.#wait(() => this.tryBorrowReading(), this.#turn(word.readers), options);
  }

  /** Like {@linkcode SharedView.borrow}, on any thread. */
  borrowAsync(options?: WaitOptions): Promise<View<T> | undefined> {
    return this.#waitAsync(() => this.tryBorrow(), this.#turn(word.end), options);
  }

  /** Like {@linkcode SharedView.borrowReading}, on any thread. */
  borrowReadingAsync(options?: WaitOptions): Promise<View<T> | undefined> {
    return this.#waitAsync(() => this.tryBorrowReading(), this.#turn(word.readers), options);
  }

  #wait(attempt: () => View<T> | undefined, turn: Awaited, options: WaitOptions | undefined): View<T> | undefined {
    const view = attempt();
    if (view !== undefined) return view;
    const deadline = deadlineOf(options, "borrow");
    requireWaitable("wait for a shared view", "borrowAsync");
    for (;;) {
      const isInTime = waitFor(this.#words, turn, deadline);
      const awaited = attempt();
      if (awaited !== undefined || !isInTime) return awaited;
    }
  }

  async #waitAsync(
    attempt: () => View<T> | undefined,
    turn: Awaited,
    options: WaitOptions | undefined,
  ): Promise<View<T> | undefined> {
    const view = attempt();
    if (view !== undefined) return view;
    const deadline = deadlineOf(options, "borrow");
    for (;;) {
      const isInTime = await waitForAsync(this.#words, turn, deadline);
      const awaited = attempt();
      if (awaited !== undefined || !isInTime) return awaited;
    }
  }

  /** The turn of who may have the view once no member stands in the words of the lock before `end`. */
  #turn(end: number): Awaited {
    return {
      at: word.waits,
      isReady: () => !this.#isOpen || this.#lock.isFreeBefore(end),
      look: () => void this.#lock.holders(),
    };
  }

  /** Takes it from threads that have ended, so that the next attempt finds it free. */
  #refused(): undefined {
    this.#lock.holders();
  }

  #show(): View<T> {
    this.#memory.shows = true;
    const buffer = this.#memory.wrap();
    return this.#view = createView(this.#type, buffer, 0, buffer.byteLength / elementByteLength(this.#type));
  }

  /**
   * Gives the view back: what `borrow` returned has length 0 from then on. Does nothing when it is not borrowed.
   *
   * Throws `Error` when the runtime's own input or output uses the view, or when the program has moved its buffer away;
   * then it stays borrowed, in the second case for good.
   */
  release(): void {
    const view = this.#view;
    if (view === undefined) return;
    const { buffer } = view;
    if (isDetached(buffer)) {
      throw new Error(`Cannot release shared view "${this.name}": its buffer was moved away, so others never get it`);
    }
    detach(buffer);
    if (!isDetached(buffer)) {
      throw new Error(
        `Cannot release shared view "${this.name}": input or output of the runtime uses it, await it first`,
      );
    }
    this.#view = undefined;
    this.#memory.shows = false;
    this.#lock.release();
  }

  #requireFree(action: string): void {
    this.#requireOpen(action);
    if (this.#view === undefined) return;
    throw new Error(`Cannot ${action} shared view "${this.name}": it is borrowed here already, release() it first`);
  }

  #requireOpen(action: string): void {
    if (!this.#isOpen) throw new ClosedError(`Cannot ${action} shared view "${this.name}": this thread has left it`);
  }

  /**
   * Ends the memory, unless other threads use it. The second call does nothing.
   *
   * Throws `Error` that names these threads, and then nothing has changed.
   */
  close(): void {
    if (!this.#isOpen) return;
    if (this.#memory.leaveForEnded() > 0) {
      const users = this.users.map((name) => `"${name}"`).join(", ");
      throw new Error(
        `Cannot close shared view "${this.name}": the threads ${users} use it, dispose() leaves it to them`,
      );
    }
    this.dispose();
  }

  /**
   * Gives the view back and leaves it; the last thread that does so frees the memory. The second call does nothing.
   *
   * Throws like {@linkcode SharedView.release}.
   */
  dispose(): void {
    if (!this.#isOpen) return;
    this.release();
    this.#isOpen = false;
    this.#memory.leave();
  }

  /** The same as {@linkcode SharedView.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function open(type: ViewConstructor, length: number, options: SharedViewOptions): Opened {
  const { name } = requireObject(options, "make a shared view");
  // Before there is anything that a conversion which throws would leave behind.
  const named = name === undefined ? undefined : String(name);
  const { address, label } = currentSubprocess();
  if (address !== 0) throw new Error(`Cannot make a shared view in ${label}: its memory would end with that`);
  const view = mainHeap().allocateZeroed(type, length);
  const block = blockOfWhole(view, "share");
  const words = new Int32Array(new SharedArrayBuffer((MARKS_AT + MARKS) * 4));
  const marks = words.subarray(MARKS_AT);
  marks.set(crypto.getRandomValues(new Int32Array(MARKS)));
  const facts = [VIEW_TYPES.indexOf(viewType(view)), ...new Uint32Array(marks)];
  try {
    const memory = SharedMemory.begin("make a shared view", "view", block, facts);
    return new Opened(named ?? `shared view ${++unnamed}`, memory, words.buffer);
  } catch (error) {
    mainHeap().free(view);
    throw error;
  }
}

/** Throws `TypeError` unless these are the words of the view in `memory`. */
function requireWords(words: unknown, memory: SharedMemory, label: string): void {
  if (!(words instanceof SharedArrayBuffer && words.byteLength === (MARKS_AT + MARKS) * 4)) {
    refuseArgument(words, `attach shared view "${label}"`, "the words of its ticket");
  }
  const marks = new Uint32Array(words, MARKS_AT * 4, MARKS);
  if (marks.every((mark, index) => mark === memory.fact(fact.marks + index))) return;
  throw new TypeError(`Cannot attach shared view "${label}": these are not the words of its ticket`);
}
