import { library } from "../../ffi/library/library.ts";
import { whenLifeEnds } from "../../ffi/library/life.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { subprocessSupport } from "../../ffi/subprocess_support.ts";
import type { Handle } from "../../ffi/types.ts";
import { leaveRangesOf } from "./arena_ranges.ts";
import type { Borrower, HeapUsers } from "./heap_users.ts";
import { endEntriesIn } from "./shared_entry.ts";
import { requireStackRoom } from "./stack_room.ts";

/** What a {@linkcode SubprocessState} is made of; absent for the main one. */
export interface SubprocessSource {
  /** mimalloc's sub-process. */
  readonly handle: Handle;
  /** The name for messages. */
  readonly name: string;
  /** The most bytes that may be in use at once. */
  readonly limit: number;
  /** The threads that use it; the last one to leave destroys it. */
  readonly users: HeapUsers;
}

/**
 * The part of the memory that belongs to one sub-process, as this thread sees it. C must be told nothing about it
 * unless the thread is inside ({@linkcode active}): mimalloc would mix up the two and crash later.
 */
export class SubprocessState {
  readonly #source: SubprocessSource | undefined;
  readonly #waiting: (() => void)[] = [];
  readonly #afterwards: (() => void)[] = [];
  #isLast: boolean | undefined;
  #gone = false;
  /** What to do before each allocation of a thread that works in nothing else. */
  beforeAllocation: (() => void) | undefined;
  /** How it is called in messages. */
  readonly label: string;
  /** The most bytes that may be in use at once. */
  readonly limit: number;
  /** What is open in it and in no arena of it; the main one keeps no list. */
  readonly members: Set<ArenaMember> | undefined;
  /** Whether this thread is inside. */
  active: boolean;
  /** Whether it is destroyed; from then on C is not called about its memory, which goes as a whole. */
  closed = false;
  /** Whether every view of its memory is detached since then. */
  emptied = false;
  /** Bytes in use. */
  usedBytes = 0;
  /** The most bytes that were in use when a block was outgrown. */
  highestBytes = 0;
  /** Heaps that are not destroyed; one with a block that something outside still reaches never is. */
  openHeaps = 0;

  /** Describes a sub-process, without a source the main one. */
  constructor(source?: SubprocessSource) {
    this.#source = source;
    this.label = source === undefined ? "the main sub-process" : `sub-process "${source.name}"`;
    this.limit = source?.limit ?? Infinity;
    this.members = source && new Set();
    this.active = source === undefined;
  }

  /** mimalloc's sub-process, `null` for the main one. */
  get handle(): Handle | null {
    return this.#source?.handle ?? null;
  }

  /** Its address, 0 for the main one. */
  get address(): number {
    return this.#source === undefined ? 0 : backend().toAddress(this.#source.handle);
  }

  /** Runs `task` when the thread is inside: now, as soon as it enters, or when the sub-process is destroyed. */
  whenInside(task: () => void): void {
    if (this.active || this.closed) task();
    else this.#waiting.push(task);
  }

  /** Runs `task` after mimalloc has given the memory up. */
  afterwards(task: () => void): void {
    // The main one never gives it up.
    if (this.#source !== undefined) this.#afterwards.push(task);
  }

  /** Does what waited. */
  catchUp(): void {
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) task();
  }

  /** The thread that works in it until it ends; `undefined` when there is none so far. */
  get borrower(): Borrower | undefined {
    return this.#source?.users.borrower;
  }

  /** Lets no thread in any more; false, and nothing is changed, when one has come before. */
  lock(): boolean {
    if (!this.#source!.users.leaveAlone()) return false;
    this.#isLast = true;
    return true;
  }

  /** Leaves it for the thread that has worked in it and is gone. */
  leaveForBorrower(): void {
    this.#source!.users.leave();
  }

  /**
   * Detaches every view of its memory, then gives that back unless something outside still reaches it. The second call
   * does the rest where the first came to the end of the stack.
   */
  close(): void {
    this.closed = true;
    this.catchUp();
    for (const member of this.members ?? []) member.destroy();
    this.emptied = true;
    openOnes.delete(this);
    this.endIfUnused();
  }

  /** Gives the memory back when it is closed and none of its heaps is left. */
  endIfUnused(): void {
    const source = this.#source;
    // Not before all members are ended: a profiler among them is still attached, and its memory would go.
    if (source === undefined || !this.emptied || this.#gone || this.openHeaps > 0) return;
    this.#isLast ??= source.users.leave();
    if (!this.#isLast) return;
    // Before another sub-process can have the address.
    endEntriesIn(this.address);
    leaveRangesOf(this.address);
    // Up to 3.1 a thread that joined it is still inside, and would use what `mi_subproc_delete` frees.
    if (canLeave()) {
      fromMain(() => {
        library().bind("subprocesses").subprocDestroy(source.handle);
        this.#gone = true;
      });
    }
    this.#gone = true;
    for (const task of this.#afterwards) task();
  }
}

/** The sub-processes that are not destroyed. */
const openOnes = new Set<SubprocessState>();

/** Notes a sub-process for the end of this life of the module. */
export function watchSubprocess(state: SubprocessState): void {
  if (openOnes.size === 0) whenLifeEnds("subprocesses", () => openOnes.forEach((each) => each.close()));
  openOnes.add(state);
}

/** The sub-process that the thread is in unless it enters another. */
export const mainSubprocess: SubprocessState = new SubprocessState();

let current = mainSubprocess;

/** The sub-process that this thread is in. */
export function currentSubprocess(): SubprocessState {
  return current;
}

/** Whether the loaded version has sub-processes that work: 3.0, 3.1, and 3.6 and newer. */
export function hasSubprocesses(): boolean {
  return subprocessSupport(library().version) !== "none";
}

/** Whether a thread can leave a sub-process before it ends: since 3.6, where heaps outlive what a thread knows of them. */
export function canLeave(): boolean {
  return subprocessSupport(library().version) === "leave";
}

/** Takes the thread into `target`. */
export function moveTo(target: SubprocessState): void {
  requireStackRoom(2);
  join(target);
  current.active = false;
  current = target;
  target.active = true;
  target.catchUp();
}

/**
 * A thread joins a sub-process only while mimalloc knows nothing of it: on 3.6 `mi_thread_done` makes that so at any
 * time, and a thread that begins anew is in the main one. There it begins at once: what the end of a thread is told to
 * clean up would otherwise lie in a sub-process that may be destroyed by then (3.6.0 crashes). 3.0 and 3.1 ignore the
 * wish of a thread that they do not know.
 */
function join({ handle }: SubprocessState): void {
  const { threadDone, threadInit } = library().bind("threads");
  const { subprocAddCurrentThread } = library().bind("subprocesses", { dangerous: true });
  const leaves = canLeave();
  // From here on nothing but C is called: the end of the stack must not come in between.
  if (leaves) threadDone();
  if (handle === null || !leaves) threadInit();
  if (handle !== null) subprocAddCurrentThread(handle);
}

/** Runs `task` from the main sub-process: what is made or ended there outlives every other one. */
export function fromMain<R>(task: () => R): R {
  return fromInside(mainSubprocess, task);
}

/** Runs `task`, which calls nothing but C, in `target`; up to 3.1, where nothing can leave, where the thread is. */
export function fromInside<R>(target: SubprocessState, task: () => R): R {
  if (current === target || !canLeave()) return task();
  requireStackRoom();
  join(target);
  try {
    return task();
  } finally {
    join(current);
  }
}

/** Something in an arena that goes when the arena goes. */
export interface ArenaMember {
  /** Frees all of it. */
  destroy(): void;
}
