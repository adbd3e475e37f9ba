import { forgetRealm, listRealms, type Realm, stopRealm, type ThreadMark, threadRuns } from "../../ffi/libc/realms.ts";
import { requireObject } from "../../heaps/argument.ts";
import { stateOf, Subprocess } from "../../heaps/subprocess/subprocess.ts";
import type { Stats, StatsOptions } from "../../heaps/stats/stats_types.ts";
import { moduleUrl } from "../core/module_url.ts";
import { startWorker } from "../core/start_worker.ts";
import { whenThreadIsGone } from "../core/thread_end.ts";
import type { PluginNews } from "./_start.ts";

/** Options of a {@linkcode Plugin}. */
export interface PluginOptions {
  /**
   * What it is called: its Worker, its thread and its sub-process.
   *
   * @default {"plug-in 1" and so on}
   */
  readonly name?: string;
  /**
   * The most bytes that all of its heaps may have in use at once. What is more throws `AllocationError` there.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
}

/** The Worker of a plug-in, as far as messages need it; it is one of `node:worker_threads`. */
export interface PluginWorker {
  /** Sends a copy of `message`, which the module hears from its `parentPort`. */
  postMessage(message: unknown): void;
  /** Calls `listener` with each message. */
  // deno-lint-ignore no-explicit-any -- what a plug-in says is up to it
  on(event: "message", listener: (message: any) => void): unknown;
  /** Calls `listener` with the next message. */
  // deno-lint-ignore no-explicit-any -- what a plug-in says is up to it
  once(event: "message", listener: (message: any) => void): unknown;
  /** Calls `listener` no more. */
  // deno-lint-ignore no-explicit-any -- what a plug-in says is up to it
  off(event: "message", listener: (message: any) => void): unknown;
}

/** What a plug-in left when it had ended. */
export interface PluginEnd {
  /** Bytes of the blocks that it has not freed. */
  readonly leakedBytes: number;
  /** Blocks that it has not freed. */
  readonly leakedBlocks: number;
  /** Whether its memory is given back; false where nothing tells that its thread is gone (macOS, Windows). */
  readonly destroyed: boolean;
  /** The uncaught error that ended it; `undefined` when it ended in another way. */
  readonly error: unknown;
}

/** How long a Worker may take to end itself, in milliseconds. */
const PATIENCE = 250;

let unnamed = 0;

/**
 * A module that runs in a Worker whose native memory is a sub-process of its own, which it enters before anything else:
 * all that it allocates lies there, counts against `limit`, and is given back as a whole when it ends, by itself or by
 * {@linkcode Plugin.end}. Nothing it does with its memory reaches that of other plug-ins or of the program: its views and
 * blocks are refused there, so messages carry copies.
 *
 * It guards against errors, not against malice: a module that may use FFI can do anything. On 3.0 and 3.1 the memory is
 * not given back.
 *
 * @example
 * ```ts
 * import { Heap, UnsupportedError } from "@mimalloc/ffi";
 * import { Plugin } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 * import { isMainThread } from "node:worker_threads";
 *
 * if (!isMainThread) { // the plug-in, which can be a module of its own
 *   new Heap().allocate(Uint8Array, 1000);
 *   assert.throws(() => new Heap().allocate(Uint8Array, 2 ** 20), { name: "AllocationError" });
 * } else {
 *   try {
 *     await using plugin = new Plugin(import.meta.url, { name: "tenant", limit: 100_000 });
 *     await plugin.ready;
 *     assert.equal(plugin.usedBytes, 1000);
 *     assert.equal((await plugin.end()).leakedBytes, 1000);
 *     assert.equal(plugin.usedBytes, 0);
 *   } catch (error) {
 *     assert.ok(error instanceof UnsupportedError);
 *   }
 * }
 * ```
 */
export class Plugin implements AsyncDisposable {
  readonly #subprocess: Subprocess;
  readonly #worker: ReturnType<typeof startWorker>;
  readonly #port: MessagePort;
  readonly #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #end: PromiseWithResolvers<PluginEnd> = Promise.withResolvers();
  /** What its thread had counted when it was last looked at. */
  #last: Realm | undefined;
  #state: "running" | "ending" | "ended" = "running";
  #error: unknown;
  /** What it is called. */
  readonly name: string;
  /** The most bytes that it may have in use. */
  readonly limit: number;
  /** Its Worker, for messages. The module finds the other side as `parentPort` of `node:worker_threads`. */
  readonly worker: PluginWorker;
  /** Resolves once it has ended, by itself or by {@linkcode Plugin.end}, and its memory is given back. */
  readonly ended: Promise<PluginEnd>;

  /**
   * Starts a Worker that imports `module`, for example `new URL("./plugin.ts", import.meta.url)`.
   *
   * Throws `UnsupportedError` on 2.x, from 3.2 to 3.5 and where mimalloc is preloaded; `TypeError` for what is no URL of
   * a module, or one that has its code inside (`data:`, `blob:`); `RangeError` for a limit that is not a positive integer.
   */
  constructor(module: string | URL, options: PluginOptions = {}) {
    const { name = `plug-in ${++unnamed}`, limit = Infinity } = requireObject(options, "start a plug-in");
    const url = moduleUrl(module, "start a plug-in");
    const subprocess = this.#subprocess = Subprocess.create({ name: String(name), limit });
    this.name = subprocess.name;
    this.limit = subprocess.limit;
    this.ended = this.#end.promise;
    this.#ready.promise.catch(() => {});
    const { port1, port2 } = new MessageChannel();
    this.worker = this.#worker = startWorker("plugin/_plugin_worker", {
      name: subprocess.name,
      workerData: { module: url, ticket: subprocess.share(), port: port2 },
      transferList: [port2 as never],
    });
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<PluginNews>): void => this.#hear(data);
    this.#worker.on("error", (error) => this.#error ??= error);
    // What it has told before it ended comes first.
    this.#worker.on("exit", () => setTimeout(() => this.#finish()));
  }

  #hear(_: PluginNews): void {
    (this.#port as { unref?(): void }).unref?.();
    this.#ready.resolve();
  }

  /**
   * Resolves once the module is imported.
   *
   * Rejects with `Error` when it cannot be, or has ended the Worker; what it threw is the cause.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether its memory is given back. */
  get closed(): boolean {
    return this.#subprocess.closed;
  }

  /** Bytes that its heaps have in use at this moment, exact whatever it does; 0 when they are given back. */
  get usedBytes(): number {
    return this.#look()?.liveBytes ?? 0;
  }

  /** Blocks that its heaps have in use at this moment. */
  get liveBlocks(): number {
    return this.#look()?.liveBlocks ?? 0;
  }

  /**
   * The statistics of its sub-process (`mi_subproc_stats_get`).
   *
   * Throws `UnsupportedError` before 3.6, and `ClosedError` when its memory is given back.
   */
  stats(options: StatsOptions = {}): Stats {
    return this.#subprocess.stats(options);
  }

  /**
   * Terminates its Worker, and gives its memory back as soon as its thread is gone: every block, whatever the module has
   * done. Messages of it that were not received yet are lost.
   *
   * On Deno 2.9 nothing ends a Worker that never comes back to its event loop (`for (;;) {}`, `Atomics.wait()`), unless
   * it allocates: its next allocation ends it. Until then this does not resolve, `closed` is false and `usedBytes` says
   * what it has; the thread goes on to take time.
   */
  end(): Promise<PluginEnd> {
    if (this.#state === "running") {
      this.#state = "ending";
      this.#stop();
    }
    return this.ended;
  }

  /** Lets the Worker end itself, and ends it when it does not. */
  #stop(): void {
    const terminate = (): void => void this.#worker.terminate();
    const { borrower } = stateOf(this.#subprocess);
    if (borrower === undefined) return terminate();
    // Not at once: a Worker of Deno 2.9 that was terminated cannot even end itself unless it is idle.
    stopRealm(borrower.realm);
    this.#port.postMessage("end");
    const late = setTimeout(terminate, PATIENCE);
    this.#worker.on("exit", () => clearTimeout(late));
  }

  /** The same as {@linkcode Plugin.end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #look(): Realm | undefined {
    const realm = this.#state === "ended" ? undefined : stateOf(this.#subprocess).borrower?.realm;
    if (realm === undefined) return undefined;
    return this.#last = listRealms().find(({ number }) => number === realm) ?? this.#last;
  }

  async #finish(): Promise<void> {
    this.#port.close();
    const cause = this.#error;
    this.#ready.reject(new Error(`Cannot start plug-in "${this.name}": it ended before it was there`, { cause }));
    const state = stateOf(this.#subprocess);
    // A Worker of Deno 2.9 goes on for a while after it has "exited", and may be about to enter.
    const borrower = state.lock() ? undefined : state.borrower!;
    const destroyed = borrower === undefined || await isGone(borrower.mark);
    const left = borrower && this.#look();
    this.#state = "ended";
    if (borrower !== undefined && destroyed) {
      state.leaveForBorrower();
      forgetRealm(borrower.realm);
    }
    if (destroyed) this.#subprocess.destroy();
    const { liveBytes: leakedBytes = 0, liveBlocks: leakedBlocks = 0 } = left ?? {};
    this.#end.resolve({ leakedBytes, leakedBlocks, destroyed, error: this.#error });
  }
}

/** Waits until a thread is gone; false where nothing tells that. */
async function isGone(mark: ThreadMark): Promise<boolean> {
  if (threadRuns(mark) === undefined) return false;
  await whenThreadIsGone(mark);
  return true;
}
