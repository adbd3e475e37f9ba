import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import type { ThreadMark } from "../../ffi/libc/realms.ts";
import { requireObject, shown } from "../../heaps/argument.ts";
import { ClosedError } from "../../heaps/errors.ts";
import { moduleUrl } from "../core/module_url.ts";
import { startWorker } from "../core/start_worker.ts";
import { whenThreadIsGone } from "../core/thread_end.ts";
import { type Answer, type Done, errorOf, type Job, type Started, turn } from "./_job.ts";
import { TaskError } from "./task_error.ts";

/** Options of a {@linkcode WorkerPool}. */
export interface WorkerPoolOptions {
  /**
   * How many Workers there are.
   *
   * @default {one less than the processors, and at least one}
   */
  readonly workers?: number;
  /**
   * What their threads are called, with a number behind it.
   *
   * @default {"pool"}
   */
  readonly name?: string;
}

/** A job that some Workers have. */
class RunningJob {
  readonly #members = new Set<Member>();
  readonly #results: unknown[];
  readonly #resolve: (results: unknown[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #release: () => void;
  /** Threads of Workers that ended without an answer: they may use the memory until they are gone. */
  readonly #lost: ThreadMark[] = [];
  #error: TaskError | undefined;
  #moved = false;
  readonly job: Job;
  /** What the tasks return, by chunks. */
  readonly results: Promise<unknown[]>;
  /** Resolves once no thread uses the memory any more. */
  readonly released: Promise<void>;

  constructor(job: Job) {
    this.job = job;
    this.#results = new Array(job.chunks);
    const results = Promise.withResolvers<unknown[]>();
    this.results = results.promise;
    this.#resolve = results.resolve;
    this.#reject = results.reject;
    const released = Promise.withResolvers<void>();
    this.released = released.promise;
    this.#release = released.resolve;
  }

  give(member: Member): void {
    this.#members.add(member);
  }

  /** Takes what a Worker has answered. */
  take(member: Member, { results, failed, moved }: Done): void {
    for (const [chunk, result] of results) this.#results[chunk] = result;
    const { task } = this.job;
    if (moved) {
      this.#moved = true;
      this.#fail(
        new TaskError(
          `Cannot run task "${task}": it moved the buffer of its chunk away, so the memory is held until the process ends`,
          { task },
        ),
      );
    } else if (failed !== undefined) {
      const cause = errorOf(failed.failure);
      const { chunk } = failed;
      this.#fail(
        new TaskError(`Cannot run task "${task}" on chunk ${chunk}: ${cause.message}`, { task, chunk, cause }),
      );
    }
    this.#leave(member);
  }

  /** Notes that a Worker has ended. */
  lose(member: Member, mark: ThreadMark | undefined, cause: unknown): void {
    if (mark !== undefined) this.#lost.push(mark);
    const { task, turns } = this.job;
    Atomics.store(turns, turn.stopped, 1);
    const why = cause instanceof Error ? `: ${cause.message}` : "";
    this.#fail(new TaskError(`Cannot run task "${task}": its Worker ended before it was done${why}`, { task, cause }));
    this.#leave(member);
  }

  /** The error of the first chunk is that of all, so that it is the same every time. */
  #fail(error: TaskError): void {
    const [first = -1, now = -1] = [error.chunk, this.#error?.chunk];
    if (this.#error === undefined || (now >= 0 && first < now)) this.#error = error;
  }

  #leave(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#end();
  }

  #end(): void {
    const lost = this.#lost.map((mark) => whenThreadIsGone(mark));
    // In this order: whoever waits for the results may free the memory at once.
    if (lost.length > 0) Promise.all(lost).then(() => this.#moved || this.#release());
    else if (!this.#moved) this.#release();
    if (this.#error === undefined) this.#resolve(this.#results);
    else this.#reject(this.#error);
  }
}

/** One Worker of a pool. */
class Member {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #jobs = new Map<number, RunningJob>();
  readonly #pool: Members;
  #mark: ThreadMark | undefined;
  #error: unknown;
  #ended = false;

  constructor(module: string, name: string, pool: Members) {
    this.#pool = pool;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const worker = this.#worker = startWorker("parallel/_pool_worker", {
      name,
      workerData: { module, port: port2 },
      transferList: [port2 as never],
    });
    worker.on("error", (error) => {
      this.#error = error;
      this.#end();
    });
    worker.on("exit", () => this.#end());
    port1.onmessage = ({ data }: MessageEvent<Answer>): void => this.#hear(data);
  }

  /** How many jobs wait for it. */
  get load(): number {
    return this.#jobs.size;
  }

  post(running: RunningJob): void {
    // First: it refuses arguments that cannot be copied.
    this.#port.postMessage(running.job);
    running.give(this);
    this.#jobs.set(running.job.id, running);
    this.#keepAlive(true);
  }

  terminate(cause?: unknown): void {
    this.#error ??= cause;
    void this.#worker.terminate();
    this.#end();
  }

  #hear(answer: Answer): void {
    if (answer.kind === "started") return this.#start(answer);
    const running = this.#jobs.get(answer.id);
    this.#jobs.delete(answer.id);
    this.#rest();
    running?.take(this, answer);
  }

  #start({ mark, failure }: Started): void {
    this.#mark = mark;
    this.#rest();
    if (failure === undefined) return this.#pool.started(this);
    this.#error = errorOf(failure);
    this.#mark = undefined;
    this.terminate();
  }

  /** An idle Worker does not keep the program alive. */
  #rest(): void {
    if (this.#jobs.size === 0) this.#keepAlive(false);
  }

  #keepAlive(alive: boolean): void {
    const port = this.#port as unknown as { ref?(): void; unref?(): void };
    if (alive) {
      this.#worker.ref();
      port.ref?.();
    } else {
      this.#worker.unref();
      port.unref?.();
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#port.close();
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const running of jobs) running.lose(this, this.#mark, this.#error);
    this.#pool.ended(this, this.#error);
  }
}

/** What a Worker tells its pool. */
interface Members {
  started(member: Member): void;
  ended(member: Member, cause: unknown): void;
}

let jobs = 0;

/** Runs a job; not part of the public interface. */
export let runJob: <M>(pool: WorkerPool<M>, job: Omit<Job, "id" | "turns">) => Pick<RunningJob, "results" | "released">;

/**
 * Workers that have imported a module, whose functions `parallel()` runs on memory of this thread. They all start at
 * once; a Worker that ends by an error, by `process.exit()` or however is replaced, and the call that it worked for
 * rejects. Idle ones do not keep the program alive. One takes about as much time and memory to start as any other Worker, so make
 * a pool once and keep it.
 *
 * `M` is the type of the module: with `typeof import("./tasks.ts")` names and types of tasks are checked.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { parallel, WorkerPool } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 * import { isMainThread } from "node:worker_threads";
 *
 * // The tasks can be a module of their own, or this one.
 * export function half(values: Float64Array): void {
 *   for (let i = 0; i < values.length; i++) values[i]! /= 2;
 * }
 *
 * if (isMainThread) {
 *   await using pool = new WorkerPool<{ half: typeof half }>(import.meta.url, { workers: 2 });
 *   using heap = new Heap();
 *   const values = heap.allocate(Float64Array, 100_000).fill(3);
 *   await parallel(pool, values, "half");
 *   assert.ok(values.every((value) => value === 1.5));
 * }
 * ```
 */
export class WorkerPool<M = Record<string, unknown>> implements Disposable, AsyncDisposable {
  readonly #members = new Set<Member>();
  readonly #starting = new Set<Member>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #module: string;
  readonly #name: string;
  #started = 0;
  #state: "open" | "ending" | "ended" = "open";
  #failed: { readonly cause: unknown } | undefined;
  /** How many Workers there are. */
  readonly workers: number;
  /** There for the type checker alone. */
  declare readonly module?: M;

  static {
    runJob = (pool, job) => pool.#run(job);
  }

  /**
   * Starts Workers that import `module`, for example `new URL("./tasks.ts", import.meta.url)`.
   *
   * Throws `TypeError` for what is no URL of a module, or is one that has its code inside (`data:`, `blob:`), and
   * `RangeError` for a number of Workers that is not from 1 to 1024.
   */
  constructor(module: string | URL, options: WorkerPoolOptions = {}) {
    const { workers = Math.max(1, availableParallelism() - 1), name = "pool" } = requireObject(
      options,
      "make a pool of Workers",
    );
    this.#module = moduleUrl(module, "make a pool of Workers");
    if (!(Number.isInteger(workers) && workers >= 1 && workers <= 1024)) {
      throw new RangeError(`Cannot make a pool of ${shown(workers)} Workers: expected an integer from 1 to 1024`);
    }
    this.workers = workers;
    this.#name = String(name);
    this.#ready.promise.catch(() => {});
    for (let index = 0; index < workers; index++) this.#add();
  }

  /**
   * Resolves once every Worker has imported the module. Nobody needs to wait for it.
   *
   * Rejects with what the module threw; the pool is of no use then.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether it takes no more tasks. */
  get closed(): boolean {
    return this.#state !== "open";
  }

  /** Lets the Workers finish what they have been given, and ends them then. */
  async end(): Promise<void> {
    if (this.#state === "open") this.#state = "ending";
    await Promise.allSettled(this.#running);
    this[Symbol.dispose]();
  }

  /** The same as {@linkcode WorkerPool.end}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  /**
   * Ends the Workers at once: calls that they worked for reject. The memory that was lent to them stays as it is until
   * their threads are gone.
   */
  [Symbol.dispose](): void {
    this.#terminate();
  }

  #terminate(cause?: unknown): void {
    this.#state = "ended";
    for (const member of [...this.#members]) member.terminate(cause);
  }

  #run(job: Omit<Job, "id" | "turns">): RunningJob {
    if (this.#failed !== undefined) {
      throw new Error(`Cannot run a task: the Workers could not import ${this.#module}`, this.#failed);
    }
    if (this.closed) throw new ClosedError("Cannot run a task: the pool of Workers has ended");
    const turns = new Int32Array(new SharedArrayBuffer(4 * turn.words));
    const running = new RunningJob({ ...job, id: jobs++, turns });
    const idlest = [...this.#members].sort((a, b) => a.load - b.load).slice(0, job.chunks);
    for (const member of idlest) member.post(running);
    this.#running.add(running.results);
    const forget = (): unknown => this.#running.delete(running.results);
    running.results.then(forget, forget);
    return running;
  }

  #add(): void {
    const member = new Member(this.#module, `${this.#name} ${++this.#started}`, {
      started: (each) => {
        this.#starting.delete(each);
        if (this.#starting.size === 0) this.#ready.resolve();
      },
      ended: (each, cause) => this.#replace(each, cause),
    });
    this.#members.add(member);
    this.#starting.add(member);
  }

  #replace(member: Member, cause: unknown): void {
    this.#members.delete(member);
    const neverStarted = this.#starting.delete(member);
    if (this.#state === "ended") {
      return this.#ready.reject(new ClosedError("Cannot wait: the pool of Workers has ended"));
    }
    if (!neverStarted) return this.#add();
    // The next one would fare no better.
    this.#failed = { cause };
    this.#ready.reject(cause ?? new Error(`a Worker ended before it had imported ${this.#module}`));
    this.#terminate(cause);
  }
}
