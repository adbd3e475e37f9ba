import { AllocationError, ClosedError } from "../errors.ts";
import { flushHooks, reportFailure } from "../hooks/hooks.ts";
import type { Block } from "./block.ts";
import type { DeferredCalls } from "./deferred_calls.ts";
import { sweepQuarantine } from "./quarantine.ts";
import { realmFigures } from "./realm_figures.ts";
import { currentSubprocess, type SubprocessState } from "./subprocess_state.ts";

let failures = 0;

/** Requests that heaps and scopes of this thread have refused so far, those of closed ones included. */
export function failuresSoFar(): number {
  return failures;
}

/**
 * What a heap may hand out: whether it is open and its thread inside its sub-process, the bytes in use against its
 * limit and that of the sub-process, and the listener that can make room.
 */
export class Budget {
  #open = true;
  #deferred: DeferredCalls | undefined;
  // Below 0 every allocation goes the slow way, so that the fast one has no further question to ask.
  #ceiling = -1;
  #usedBytes = 0;
  #escapedBytes = 0;
  #quarantinedBytes = 0;
  // The block whose contents are moving: for the length of the copy they count twice.
  #moving: Block | undefined;
  #endings: Set<() => void> | undefined;
  #afterwards: (() => void)[] | undefined;
  /** What all heaps of this realm have handed out, for other threads to read. */
  readonly #figures = realmFigures();
  /** How the heap is called in messages. */
  readonly label: string;
  /** The most bytes that may be in use at once. */
  readonly limit: number;
  /** The sub-process that the heap lies in. */
  readonly subprocess: SubprocessState;
  /** Blocks whose buffer the program moved away; they are never freed. */
  escapedBlocks = 0;
  /** Blocks that wait until the runtime lets go of their buffer. */
  quarantinedBlocks = 0;
  /** Requests that were refused, by a limit or for lack of memory. */
  failures = 0;

  /** Makes the budget of a heap that was just made in the sub-process that the thread is in. */
  constructor(label: string, limit: number) {
    this.label = label;
    this.limit = limit;
    this.subprocess = currentSubprocess();
    // Compiles it, which V8 does at the first call and cannot do at the end of the stack.
    this.use(0, 0);
    this.#setCeiling();
  }

  #setCeiling(): void {
    const { limit, beforeAllocation } = this.subprocess;
    const slow = !this.#open || this.#deferred !== undefined || limit !== Infinity || beforeAllocation !== undefined;
    this.#ceiling = slow ? -1 : this.limit;
  }

  /** Whether the heap takes calls. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether C may be called about the heap. */
  get usable(): boolean {
    return this.#open && this.subprocess.active;
  }

  /** Bytes that are handed out. */
  get liveBytes(): number {
    return this.#usedBytes - this.#escapedBytes - this.#quarantinedBytes;
  }

  /** Bytes of blocks that wait until the runtime lets go of their buffer. */
  get quarantinedBytes(): number {
    return this.#quarantinedBytes;
  }

  /** What to do when the heap is closed, while C still knows it. */
  get endings(): Set<() => void> {
    return this.#endings ??= new Set();
  }

  /** Runs `task` once C has destroyed the heap; never when its blocks live on elsewhere, or go with a sub-process. */
  whenGone(task: () => void): void {
    (this.#afterwards ??= []).push(task);
  }

  /** Notes that the heap is destroyed. */
  goes(): void {
    for (const task of this.#afterwards ?? []) task();
  }

  /** Takes no calls until {@linkcode resume}: the heap is about to go to another thread. */
  pause(): void {
    this.#open = false;
    this.#setCeiling();
  }

  /** Takes calls again. */
  resume(): void {
    this.#open = true;
    this.#setCeiling();
  }

  /** Closes the heap. */
  close(): void {
    for (const end of this.#endings ?? []) end();
    this.#deferred = undefined;
    this.pause();
  }

  /** Throws unless C may be called about the heap; `action` says what was tried. */
  requireUsable(action: string): void {
    if (!this.#open) throw new ClosedError(`Cannot ${action} in ${this.label}: it is closed`);
    this.requireInside(action);
  }

  /** Throws when the thread is in another sub-process than the heap, unless that one is destroyed. */
  requireInside(action: string): void {
    const { subprocess } = this;
    if (subprocess.active || subprocess.closed) return;
    throw new Error(
      `Cannot ${action} in ${this.label}: it lies in ${subprocess.label} and this thread is in ` +
        `${currentSubprocess().label}, enter() or leave() first`,
    );
  }

  /** Makes `calls` the ones that make room, or ends that. */
  setDeferred(calls: DeferredCalls | undefined): void {
    this.#deferred = calls;
    this.#setCeiling();
  }

  /** The calls that make room. */
  get deferred(): DeferredCalls | undefined {
    return this.#deferred;
  }

  /** Lets the listener make room; throws when C may not be called about the heap afterwards. */
  makeRoom(force: boolean, action: string): void {
    const deferred = this.#deferred;
    if (deferred !== undefined) this.#listen(() => deferred.call(force), action);
  }

  // A listener is a program of its own: it may allocate here, close the heap or leave the sub-process.
  #listen(task: () => void, action: string): void {
    const moving = this.#moving;
    this.#moving = undefined;
    task();
    this.#moving = moving;
    this.requireUsable(action);
  }

  /** Runs `allocate`, for which the bytes of `block` do not count. */
  whileMoving<R>(block: Block, allocate: () => R): R {
    this.#moving = block;
    try {
      return allocate();
    } finally {
      this.#moving = undefined;
    }
  }

  /** Throws unless a block of `byteLength` bytes may be taken. */
  admit(byteLength: number): void {
    if (!this.subprocess.active || this.#usedBytes + byteLength > this.#ceiling) this.#admitSlowly(byteLength);
  }

  #admitSlowly(byteLength: number): void {
    this.subprocess.beforeAllocation?.();
    this.requireUsable("allocate");
    if (this.#deferred?.due()) this.makeRoom(false, "allocate");
    if (!this.#exceeds(byteLength)) return;
    sweepQuarantine();
    if (!this.#exceeds(byteLength)) return;
    this.makeRoom(true, "allocate");
    if (this.#exceeds(byteLength)) this.#refuse(byteLength);
  }

  #exceeds(byteLength: number): boolean {
    const { subprocess } = this;
    const growth = byteLength - this.#movingBytes();
    return this.#usedBytes + growth > this.limit || subprocess.usedBytes + growth > subprocess.limit;
  }

  #movingBytes(): number {
    // A listener may have freed the block.
    return this.#moving === undefined || this.#moving.index < 0 ? 0 : this.#moving.byteLength;
  }

  #refuse(byteLength: number): never {
    const { limit, subprocess } = this;
    if (this.#usedBytes + byteLength - this.#movingBytes() > limit) {
      this.fail(byteLength, `its limit is ${limit} bytes and ${this.#usedBytes} are in use`);
    }
    this.fail(
      byteLength,
      `the limit of ${subprocess.label} is ${subprocess.limit} bytes and ${subprocess.usedBytes} are in use`,
      subprocess.limit,
    );
  }

  /** Counts a request that is refused. */
  countFailure(): void {
    this.failures++;
    failures++;
  }

  /** Throws that a block cannot be had. */
  fail(byteLength: number, reason: string, limit: number = this.limit): never {
    this.countFailure();
    // The listeners may allocate in this heap too.
    this.#moving = undefined;
    flushHooks();
    throw new AllocationError(`Cannot allocate ${byteLength} bytes in ${this.label}: ${reason}`, {
      requested: byteLength,
      live: this.liveBytes,
      limit,
    });
  }

  /** Throws that mimalloc had no memory for a block. */
  failForLackOfMemory(byteLength: number): never {
    reportFailure();
    this.fail(byteLength, `mimalloc has no room for it, ${this.#usedBytes} bytes are in use`);
  }

  /** Counts blocks with so many bytes as handed out; negative numbers take them back. */
  use(byteLength: number, blocks: number): void {
    // First of all, because looking up a property of another object can come to the end of the stack in Bun 1.4.
    this.subprocess.usedBytes += byteLength;
    this.#usedBytes += byteLength;
    this.#figures[0]! += byteLength;
    this.#figures[1]! += blocks;
  }

  /** Notes that the program moved the buffer of a block away. */
  escape(byteLength: number): void {
    this.escapedBlocks++;
    this.#escapedBytes += byteLength;
    this.#figures[0]! -= byteLength;
    this.#figures[1]! -= 1;
  }

  /** Notes that a block waits for the runtime. */
  hold(byteLength: number): void {
    this.quarantinedBlocks++;
    this.#quarantinedBytes += byteLength;
    this.#figures[0]! -= byteLength;
    this.#figures[1]! -= 1;
  }

  /** Notes that a block waits no more. */
  letGo(byteLength: number): void {
    this.quarantinedBlocks--;
    this.#quarantinedBytes -= byteLength;
    this.#figures[0]! += byteLength;
    this.#figures[1]! += 1;
  }
}
