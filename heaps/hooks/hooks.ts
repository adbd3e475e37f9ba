import { constants } from "node:os";
import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { errorName } from "../../ffi/libc/error_name.ts";
import { processWord, processWords } from "../../ffi/libc/process_words.ts";
import { Sink, sinkFunctions } from "../../ffi/libc/sink.ts";
import { library } from "../../ffi/library/library.ts";
import { whenLifeEnds } from "../../ffi/library/life.ts";
import { atExit } from "../../ffi/runtime/at_exit.ts";
import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import { requireFunction, requireObject } from "../argument.ts";

/** An error that mimalloc reported. */
export interface MimallocError {
  /** The error number of the C library. */
  readonly code: number;
  /** Its name: `ENOMEM`, `EFAULT`, `EINVAL`, `EOVERFLOW`, `EAGAIN` … */
  readonly name: string;
}

/** Receives one line of mimalloc's output, without its line break. */
export type OutputListener = (line: string) => void;

/** Receives one error of mimalloc. */
export type ErrorListener = (error: MimallocError) => void;

/** Options of {@linkcode onError}. */
export interface OnErrorOptions {
  /**
   * Whether a build that ends the process when it finds corrupted memory (`EFAULT`), as secure and debug builds do, goes
   * on instead while the listener is there, and tells it. Dispose of it while no other thread fails a call: mimalloc
   * looks at what it calls twice, and ends the process by a signal when that goes in between.
   *
   * @default {false}
   */
  readonly survive?: boolean;
}

/** How often recorded output and errors are delivered, in milliseconds. */
const PERIOD = 100;

/** The two streams that mimalloc writes to, opened at the first listener and kept until the process ends. */
interface Recorder {
  readonly output: Sink;
  readonly error: Sink;
}

const outputListeners = new Set<OutputListener>();
const errorListeners = new Set<ErrorListener>();
const decoder = new TextDecoder();
let recorder: Recorder | undefined;
let timer: ReturnType<typeof setInterval> | undefined;
let partialLine = "";
let delivering = false;
let watchesExit = false;
/** Listeners for whom C's errors are recorded. */
let recordings = 0;
/** What this library itself saw fail while C's errors were not recorded. */
const ownCodes: number[] = [];
/** How many of the listeners for output only look on. */
let onlookers = 0;

/**
 * Calls `listener` with every line that mimalloc prints, from any thread: warnings, statistics, verbose messages, and
 * what it buffered before. Empty lines are left out. The listener runs on this thread, from a timer that does not keep
 * the process alive, after a failing call and in {@linkcode flushHooks}; while one is registered nothing goes to the
 * standard error stream. What a listener throws is reported by `reportError` once all of them have run. What was
 * recorded since the last delivery is lost when a signal or a crash ends the process, in Deno an uncaught error too;
 * every other end delivers it. mimalloc writes a warning in two pieces, so warnings of two threads at the same moment
 * may share a line.
 *
 * Returns a disposable that ends it, after what was recorded so far was delivered. Throws `TypeError` for what is not a
 * function, `Error` outside the main thread, and `UnsupportedError` where the C library cannot record streams
 * (Windows). Behind it stands `mi_register_output`.
 *
 * @example
 * ```ts
 * import { flushHooks, onOutput } from "@mimalloc/ffi";
 *
 * using subscription = onOutput((line) => console.log(line));
 * flushHooks();
 * ```
 */
export function onOutput(listener: OutputListener): Disposable {
  return subscribe(outputListeners, listener);
}

/**
 * Calls `listener` with every error that mimalloc reports, from any thread: out of memory, invalid arguments,
 * corruption that it noticed. When and where the listener runs, and what is thrown, is as in {@linkcode onOutput}.
 * Behind it stands `mi_register_error`. A call that fails is heard once, although it is tried twice.
 *
 * Secure and debug builds end the process when they find corrupted memory, and do so no longer once somebody listens in C.
 * So there the listener hears only what this library itself sees fail (`ENOMEM`), unless `survive` is set: then it hears
 * everything, and the process goes on with what may be corrupted, until it is disposed of.
 *
 * Throws `TypeError` for options that are no object, and like {@linkcode onOutput}.
 *
 * @example
 * ```ts
 * import { Heap, onError } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const names: string[] = [];
 * using subscription = onError(({ name }) => names.push(name));
 * using heap = new Heap();
 * heap.allocate(Uint8Array, 64);
 * assert.deepEqual(names, []);
 * ```
 */
export function onError(listener: ErrorListener, options: OnErrorOptions = {}): Disposable {
  const { survive = false } = requireObject(options, "listen");
  return subscribe(errorListeners, listener, () => Boolean(survive) || !isArmed());
}

/**
 * Like {@linkcode onOutput} for one who only looks on: unless somebody listens, the standard error stream still gets
 * what mimalloc prints, later by up to a tenth of a second; not part of the public interface.
 */
export function watchOutput(listener: OutputListener): Disposable {
  const subscription = onOutput(listener);
  // What mimalloc had buffered has been on the standard error stream before.
  flushHooks();
  onlookers++;
  let ended = false;
  return {
    [Symbol.dispose](): void {
      if (ended) return;
      ended = true;
      subscription[Symbol.dispose]();
      onlookers--;
    },
  };
}

/** Whether mimalloc itself ends the process for an error, so that listening in C would change what it does. */
function isArmed(): boolean {
  const { type, secureLevel, encodedFreeLists } = library().build;
  return type === "debug" || encodedFreeLists === true || (secureLevel !== "unknown" && secureLevel > 0);
}

/**
 * Tells the listeners of a failure for lack of memory that C has reported where its errors are not recorded; not part of
 * the public interface.
 */
export function reportFailure(): void {
  if (recordings === 0 && errorListeners.size > 0) ownCodes.push(constants.errno.ENOMEM);
}

/** Keeps the failure that C has just reported from the listeners, because the call is made again; on any thread. */
export function hideFailure(): void {
  const words = processWords();
  if (words === undefined || Atomics.load(words, processWord.recording) === 0n) return;
  Atomics.add(words, processWord.silentFailures, 1n);
}

function isHidden(code: number): boolean {
  const words = processWords();
  if (code !== constants.errno.ENOMEM || words === undefined) return false;
  for (;;) {
    const hidden = Atomics.load(words, processWord.silentFailures);
    if (hidden === 0n) return false;
    if (Atomics.compareExchange(words, processWord.silentFailures, hidden, hidden - 1n) === hidden) return true;
  }
}

/**
 * Delivers what mimalloc printed and reported so far to the listeners, now. Does nothing without listeners, and nothing
 * inside a listener: what is recorded meanwhile comes with the next delivery, so that the order is kept.
 */
export function flushHooks(): void {
  if (timer === undefined || recorder === undefined || delivering) return;
  deliverRecorded(recorder, takeLines(recorder.output));
}

function subscribe<T>(
  listeners: Set<(value: T) => void>,
  listener: (value: T) => void,
  recordsErrors: () => boolean = () => false,
): Disposable {
  if (!onMainThread()) {
    throw new Error(
      "Cannot listen in a Worker: listen on the main thread, messages of every thread arrive there",
    );
  }
  requireFunction(listener, "listen");
  const records = recordsErrors();
  // Before the timer, because a library that was changed may lack the hook.
  const opened = recorder ??= { output: new Sink(), error: new Sink() };
  if (records && recordings === 0) recordErrors(opened.error);
  if (records) recordings++;
  if (timer === undefined) start(opened);
  // A function of its own for every subscription, so that listening twice is heard twice.
  const own = (value: T): void => listener(value);
  listeners.add(own);
  return {
    [Symbol.dispose](): void {
      if (!listeners.has(own)) return;
      if (records && --recordings === 0) leaveErrors(opened.error);
      if (outputListeners.size + errorListeners.size === 1) finish();
      else flushHooks();
      listeners.delete(own);
    },
  };
}

function start(opened: Recorder): void {
  if (watchesExit) {
    // mimalloc replays its whole buffer at every registration; only the first time it is news.
    opened.output.skip(() => register(opened));
  } else {
    register(opened);
    // What mimalloc prints at the very end shall reach the standard error stream again.
    atExit(finish);
    whenLifeEnds("hooks", endListeners);
    watchesExit = true;
  }
  timer = setInterval(flushHooks, PERIOD);
  timer.unref();
}

/**
 * mimalloc keeps a hook and its argument in two variables, and other threads read them while they change. So the
 * argument is set before the hook and kept after it: `fputs` or `fputc` with a NULL stream crashes the process.
 */
function register({ output }: Recorder): void {
  const { registerOutput } = library().bind("hooks");
  registerOutput(null, output.stream);
  registerOutput(sinkFunctions().output, output.stream);
}

function recordErrors(sink: Sink): void {
  const { registerError } = library().bind("hooks");
  const { ignore, error } = sinkFunctions();
  sink.drain();
  registerError(ignore, sink.stream);
  registerError(error, sink.stream);
  const words = processWords();
  if (words === undefined) return;
  Atomics.store(words, processWord.silentFailures, 0n);
  Atomics.store(words, processWord.recording, 1n);
}

/**
 * Where mimalloc does nothing for an error by itself, something that does nothing stays behind: a thread that has seen a
 * hook calls it, and NULL would crash it. Where it ends the process, it has to do that again.
 */
function leaveErrors(sink: Sink): void {
  const { registerError } = library().bind("hooks");
  registerError(isArmed() ? null : sinkFunctions().ignore, sink.stream);
  const words = processWords();
  if (words !== undefined) Atomics.store(words, processWord.recording, 0n);
}

let captured: Sink | undefined;

/**
 * What `print` makes mimalloc write to its output, kept from the listeners; not part of the public interface. For the
 * main thread: in between, what other threads print goes the same way.
 */
export function captureOutput(print: () => void): string {
  const { registerOutput } = library().bind("hooks");
  const { output } = sinkFunctions();
  const sink = captured ??= new Sink();
  flushHooks();
  // The order is that of register(), and the replay is no news.
  registerOutput(null, sink.stream);
  sink.skip(() => registerOutput(output, sink.stream));
  try {
    print();
  } finally {
    if (timer === undefined || recorder === undefined) registerOutput(null, sink.stream);
    else continueRecording(recorder.output);
  }
  return new TextDecoder().decode(sink.drain());
}

function continueRecording(sink: Sink): void {
  const { registerOutput } = library().bind("hooks");
  registerOutput(null, sink.stream);
  sink.skip(() => registerOutput(sinkFunctions().output, sink.stream));
}

function endListeners(): void {
  finish();
  outputListeners.clear();
  errorListeners.clear();
  onlookers = 0;
  recordings = 0;
}

/** Hands the hooks back to mimalloc and delivers what is left. */
function finish(): void {
  if (timer === undefined || recorder === undefined) return;
  library().bind("hooks").registerOutput(null, recorder.output.stream);
  if (recordings > 0) leaveErrors(recorder.error);
  clearInterval(timer);
  timer = undefined;
  const lines = takeLines(recorder.output);
  const rest = partialLine;
  partialLine = "";
  if (delivering) return;
  deliverRecorded(recorder, rest === "" ? lines : [...lines, rest]);
}

function takeLines(sink: Sink): readonly string[] {
  const lines = (partialLine + decoder.decode(sink.drain(), { stream: true }))
    .split("\n");
  partialLine = lines.pop() ?? "";
  return lines.filter((line) => line !== "");
}

function deliverRecorded({ error }: Recorder, lines: readonly string[]): void {
  const codes = [...error.drain()].filter((code) => !isHidden(code)).concat(ownCodes.splice(0));
  const failures: unknown[] = [];
  delivering = true;
  if (onlookers > 0 && onlookers === outputListeners.size) {
    process.stderr.write(lines.map((line) => `${line}\n`).join(""));
  }
  for (const line of lines) deliver(outputListeners, line, failures);
  for (const code of codes) {
    deliver(errorListeners, { code, name: errorName(code) }, failures);
  }
  delivering = false;
  // At the very end, because where nobody handles it the first report ends the process.
  for (const failure of failures) reportError(failure);
}

function deliver<T>(
  listeners: ReadonlySet<(value: T) => void>,
  value: T,
  failures: unknown[],
): void {
  // A copy, because a listener may add one, which is not to hear this message any more.
  for (const listener of [...listeners]) {
    if (!listeners.has(listener)) continue;
    try {
      listener(value);
    } catch (failure) {
      failures.push(failure);
    }
  }
}
