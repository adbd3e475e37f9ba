import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { whenLifeEnds } from "../../ffi/library/life.ts";
import { preloadedMimalloc } from "../../ffi/library/preload.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { checkedLimit, requireObject } from "../argument.ts";
import { HeapUsers } from "../core/heap_users.ts";
import { PRIVATE, requirePrivate } from "../core/private_constructor.ts";
import { sweepQuarantine } from "../core/quarantine.ts";
import { requireStackRoom } from "../core/stack_room.ts";
import {
  canLeave,
  currentSubprocess,
  fromMain,
  hasSubprocesses,
  mainSubprocess,
  moveTo,
  SubprocessState,
} from "../core/subprocess_state.ts";
import { ClosedError } from "../errors.ts";
import type { Stats, StatsOptions } from "../stats/stats_types.ts";
import { subprocessStats } from "../stats/subprocess_stats.ts";
import { refuseAsyncTask, refusePromise } from "./_sync_task.ts";
import { type VisitedHeap, visitHeaps } from "./visit_heaps.ts";

/**
 * What another thread needs to use a sub-process: made by `Subprocess.share()`, sent with `postMessage()`, taken by
 * `Subprocess.attach()`. It is good in this process alone.
 */
export interface SubprocessTicket {
  /** The name of the sub-process. */
  readonly name: string;
  /** The most bytes that may be in use at once, on each thread. */
  readonly limit: number;
  /** Where the process keeps what it knows of the sub-process, and a secret of 128 bits that nobody can guess. */
  readonly key: string;
}

/** Options of a {@linkcode Subprocess}. */
export interface SubprocessOptions {
  /** A name for messages and metrics. */
  readonly name?: string;
  /**
   * The most bytes that may be in use at once in all of its heaps; checked before C is called.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
}

let unnamed = 0;

/** The sub-processes that the thread has entered and not left, the innermost last. */
const entered: Subprocess[] = [];

/** What this thread knows of a sub-process, for what lies in it; not part of the public interface. */
export let stateOf: (subprocess: Subprocess) => SubprocessState;

/** The sub-process that the thread works in until it ends. */
let settled: Subprocess | undefined;

/**
 * Takes this thread into the sub-process of a ticket until it ends: it can neither leave nor enter another one, so that
 * a limit holds for all that it makes. Whoever has made the ticket leaves for it once this thread is gone. Not part of the
 * public interface.
 */
export let settleThread: (ticket: SubprocessTicket, beforeAllocation: () => void) => void;

/**
 * A part of the memory of this process with an end of its own (`mi_subproc_new`): its heaps, arenas and statistics are
 * its own, and {@linkcode Subprocess.destroy} gives all of its memory back to the system at once.
 *
 * A thread works in one sub-process at a time, {@linkcode Subprocess.main} unless it enters another. What it makes lies
 * in the one that it is in, and only that is to be used there: allocating, freeing or destroying anything of another
 * one throws and changes nothing. Reading and writing views works everywhere. What other tasks of the event loop do
 * meanwhile happens inside too, so prefer {@linkcode Subprocess.run}, which nothing can interrupt. Scopes that end
 * elsewhere give their memory back when the thread is in their sub-process again.
 *
 * Entering and leaving take about 3 µs each, making, using and destroying one about 100 µs. 2.x has no sub-processes,
 * and from 3.2 to 3.5 those of mimalloc end the process. On 3.0 and 3.1 a thread enters one at the most, before it
 * makes its first heap, stays in it until the thread ends, and `destroy()` gives nothing back.
 *
 * On 3.6.0 each leaves 4 KiB of memory and 64 KiB of address space behind, and as much for each arena in it: mimalloc
 * puts every arena at a new address and keeps the page of its map that spoke of it, whatever the order of calls. After
 * some 20,000 it begins over at the first address, and nothing is added from then on: 80 MiB of memory and 1.2 GiB of
 * address space at the most, measured over 90,000.
 *
 * @example
 * ```ts
 * import { Heap, library, Subprocess } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const { major, minor } = library().version;
 * if (major === 3 && minor >= 6) {
 *   const plugin = Subprocess.create({ name: "plugin", limit: 2 ** 20 });
 *   const view = plugin.run(() => new Heap().allocate(Uint8Array, 1000));
 *   assert.equal(plugin.usedBytes, 1000);
 *   plugin.destroy();
 *   assert.equal(view.length, 0);
 * }
 * ```
 */
export class Subprocess implements Disposable {
  readonly #state: SubprocessState;
  readonly #users: HeapUsers | undefined;
  #depth = 0;
  /** The name for messages and metrics. */
  readonly name: string;

  static {
    stateOf = (subprocess: Subprocess): SubprocessState => subprocess.#state;
    settleThread = (ticket, beforeAllocation) => {
      const subprocess = Subprocess.#of(ticket, (key) => HeapUsers.borrow(key, "subprocess"));
      subprocess.enter();
      subprocess.#state.beforeAllocation = beforeAllocation;
      settled = subprocess;
    };
  }

  private constructor(key: typeof PRIVATE, state: SubprocessState, name: string, users?: HeapUsers) {
    requirePrivate(key, "Subprocess", "Subprocess.create() and attach() make sub-processes");
    this.#state = state;
    this.name = name;
    this.#users = users;
  }

  /**
   * Makes a sub-process; the thread stays where it is.
   *
   * Throws `UnsupportedError` on 2.x, from 3.2 to 3.5, and where mimalloc is preloaded, because then the runtime itself
   * would allocate inside, and `RangeError` for a limit that is not a positive integer.
   */
  static create(options: SubprocessOptions = {}): Subprocess {
    const limit = checkedLimit(requireObject(options, "make a sub-process").limit);
    const name = String(options.name ?? `sub-process ${++unnamed}`);
    requireSubprocesses();
    const handle = fromMain(library().bind("subprocesses").subprocNew);
    if (handle === null) throw new Error("Cannot make a sub-process: mimalloc has no memory for it");
    const users = HeapUsers.begin("subprocess", backend().toAddress(handle), 0);
    return Subprocess.#describe(handle, name, limit, users);
  }

  static #describe(handle: Handle, name: string, limit: number, users: HeapUsers): Subprocess {
    return new Subprocess(PRIVATE, new SubprocessState({ handle, name, limit, users }), name, users);
  }

  /** The sub-process that every thread begins in; it is there on every version. */
  static readonly main: Subprocess = new Subprocess(PRIVATE, mainSubprocess, "main");

  /** The sub-process that this thread is in. */
  static get current(): Subprocess {
    return entered.at(-1) ?? Subprocess.main;
  }

  /**
   * A ticket with which another thread can use this sub-process, to be sent with `postMessage()` or as text.
   *
   * Throws {@linkcode ClosedError} when it is destroyed, and `Error` for the main one, which every thread has.
   */
  share(): SubprocessTicket {
    this.#requireOpen("share");
    if (this.#users === undefined) throw new Error("Cannot share the main sub-process: every thread has it already");
    return { name: this.name, limit: this.#state.limit, key: this.#users.key };
  }

  /**
   * The sub-process that another thread has shared, as one of this thread: heaps, figures and limit are counted for
   * each thread by itself, and the memory goes when the last thread has destroyed its own.
   *
   * Throws {@linkcode ClosedError} when it is destroyed already, `TypeError` for a ticket that `share()` of this
   * process did not make, and like {@linkcode Subprocess.create}.
   */
  static attach(ticket: SubprocessTicket): Subprocess {
    return Subprocess.#of(ticket, (key) => {
      const users = HeapUsers.of(key, "subprocess");
      return users?.enter() ? users : undefined;
    });
  }

  static #of(ticket: SubprocessTicket, find: (key: unknown) => HeapUsers | undefined): Subprocess {
    const { name, limit, key } = requireObject(ticket, "attach a sub-process", "a ticket of Subprocess.share()");
    const label = String(name);
    // JSON makes null of Infinity.
    const checked = checkedLimit(limit ?? undefined);
    requireSubprocesses();
    const users = find(key);
    if (users === undefined) throw new ClosedError(`Cannot use sub-process "${label}": it is destroyed`);
    return Subprocess.#describe(backend().toHandle(users.thing.address)!, label, checked, users);
  }

  /** The most bytes that may be in use at once. */
  get limit(): number {
    return this.#state.limit;
  }

  /** Bytes that heaps of this thread have handed out in it, those included that can never be freed. */
  get usedBytes(): number {
    return this.#state.usedBytes;
  }

  /** Heaps of this thread in it that are not destroyed, those included whose blocks something outside still reaches. */
  get openHeaps(): number {
    return this.#state.openHeaps;
  }

  /** Whether it is destroyed. */
  get closed(): boolean {
    return this.#state.emptied;
  }

  /**
   * Takes this thread into the sub-process, until {@linkcode Subprocess.leave}.
   *
   * Throws `Error` when the thread is inside already, or a plug-in that stays in its own, on 3.0 also when it has entered another one or made heaps before;
   * {@linkcode ClosedError} when the sub-process is destroyed.
   */
  enter(): void {
    this.#requireOpen("enter");
    if (currentSubprocess() === this.#state) throw new Error(`Cannot enter ${this.#label}: this thread is inside`);
    requireUnsettled(`enter ${this.#label}`);
    if (!canLeave()) requireFreshThread(this.#label);
    requireStackRoom(3);
    whenLifeEnds("leave", () => canLeave() && Subprocess.#returnTo(0));
    this.#depth++;
    entered.push(this);
    arrive(this.#state);
  }

  /**
   * Takes this thread back to where it was before {@linkcode Subprocess.enter}.
   *
   * Throws `Error` when the thread is not inside, or in a sub-process that it entered from here, and `UnsupportedError`
   * before 3.6.
   */
  leave(): void {
    if (entered.at(-1) !== this) {
      throw new Error(`Cannot leave ${this.#label}: this thread is in ${currentSubprocess().label}`);
    }
    requireLeaving("Subprocess.leave()");
    requireUnsettled(`leave ${this.#label}`);
    requireStackRoom(3);
    Subprocess.#returnTo(entered.length - 1);
  }

  /**
   * Calls `task` inside and returns what it returned; the thread is back where it was even when the task throws, or
   * enters and leaves sub-processes itself. The task is synchronous: nothing else can run inside meanwhile.
   *
   * Throws what the task throws; `TypeError` for an asynchronous task, because the rest of the program would run inside
   * while it waits (one that is found out only by the promise that it returns goes on outside); `UnsupportedError`
   * before 3.6 unless the thread is inside already; and like {@linkcode Subprocess.enter}.
   */
  run<R>(task: () => R extends PromiseLike<unknown> ? never : R): R {
    refuseAsyncTask(task, this.#label);
    // The way back after the task needs as much as the way in.
    requireStackRoom(4);
    const depth = entered.length;
    if (currentSubprocess() !== this.#state) {
      requireLeaving("Subprocess.run()");
      this.enter();
    } else this.#requireOpen("run a task in");
    try {
      return refusePromise(task() as R, this.#label);
    } finally {
      Subprocess.#returnTo(depth);
    }
  }

  /**
   * Its heaps, those of other threads and its own main heap included (`mi_subproc_visit_heaps`).
   *
   * Throws `UnsupportedError` before 3.6, and {@linkcode ClosedError} when it is destroyed.
   */
  heaps(): VisitedHeap[] {
    return this.run(() => {
      const heaps: VisitedHeap[] = [];
      visitHeaps((heap) => void heaps.push(heap));
      return heaps;
    });
  }

  /**
   * The statistics of the sub-process with all of its heaps (`mi_subproc_stats_get`), or without them
   * (`mi_subproc_stats_get_exclusive`); see `stats()`.
   *
   * Throws like {@linkcode Subprocess.heaps}.
   */
  stats(options: StatsOptions = {}): Stats {
    const { exclusive = false } = requireObject(options, "read the statistics");
    return subprocessStats(this.#state, exclusive);
  }

  /**
   * Lets mimalloc put freed memory in order, in every heap of this thread inside (`mi_collect`); with `force` it also
   * gives back what it keeps ready.
   *
   * Throws like {@linkcode Subprocess.run}.
   */
  collect(force = false): void {
    this.run(() => library().bind("process").collect(Boolean(force)));
  }

  /**
   * Destroys every heap, scope pool and arena that this thread made inside; their views have length 0 from then on.
   * Then the memory goes back to the system (`mi_subproc_destroy`), once other threads have destroyed theirs, promises
   * that scopes hold have settled, and nothing outside reaches it any more: buffers that the program moved away keep it
   * for good. On 3.0 mimalloc keeps the memory (`mi_subproc_delete`). The second call does nothing.
   *
   * Throws `Error` when this thread is inside, and for the main one.
   */
  destroy(): void {
    if (this.#users === undefined) {
      throw new Error("Cannot destroy the main sub-process: it lasts until the process ends");
    }
    if (this.#depth > 0) {
      const way = canLeave() ? "leave() first" : "on mimalloc 3.0 and 3.1 it stays until it ends";
      throw new Error(`Cannot destroy ${this.#label}: this thread is inside, ${way}`);
    }
    requireStackRoom(4);
    this.#state.close();
  }

  /** The same as {@linkcode Subprocess.destroy}. */
  [Symbol.dispose](): void {
    this.destroy();
  }

  get #label(): string {
    return this.#state.label;
  }

  #requireOpen(action: string): void {
    if (this.#state.closed) throw new ClosedError(`Cannot ${action} ${this.#label}: it is destroyed`);
  }

  /** Leaves all sub-processes but the first `depth`. */
  static #returnTo(depth: number): void {
    if (entered.length <= depth) return;
    for (const left of entered.splice(depth)) left.#depth--;
    arrive(Subprocess.current.#state);
  }
}

function arrive(state: SubprocessState): void {
  moveTo(state);
  sweepQuarantine();
}

function requireSubprocesses(): void {
  const loaded = library();
  if (!hasSubprocesses()) {
    const found = `mimalloc ${loaded.versionText}`;
    throw new UnsupportedError({
      feature: "sub-processes",
      found,
      needed: "mimalloc 3.6 (3.0 and 3.1 have a part of them; 3.2 to 3.5 end the process)",
    });
  }
  const preloaded = preloadedMimalloc();
  if (preloaded === undefined) return;
  const found = `${preloaded} preloaded, so that the runtime itself would allocate inside`;
  throw new UnsupportedError({ feature: "sub-processes", found, needed: "a process without a preloaded mimalloc" });
}

function requireLeaving(feature: string): void {
  if (canLeave()) return;
  throw new UnsupportedError({ feature, found: `mimalloc ${library().versionText}`, needed: "mimalloc 3.6" });
}

function requireUnsettled(action: string): void {
  if (settled === undefined) return;
  throw new Error(`Cannot ${action}: this thread is a plug-in, which stays in sub-process "${settled.name}"`);
}

function requireFreshThread(label: string): void {
  const { openHeaps, label: here } = currentSubprocess();
  if (entered.length === 0 && openHeaps === 0) return;
  const reason = entered.length > 0 ? `is in ${here}, which it cannot leave` : `has ${openHeaps} open heaps`;
  throw new Error(
    `Cannot enter ${label}: this thread ${reason}; on mimalloc 3.0 a thread enters one sub-process before its first heap`,
  );
}
