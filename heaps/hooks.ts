import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { isMainThread } from "node:worker_threads";
import { errorName } from "../ffi/error_name.ts";
import { library } from "../ffi/library.ts";
import { Sink, sinkFunctions } from "../ffi/sink.ts";

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

/**
 * Calls `listener` with every line that mimalloc prints, from any thread:
 * warnings, statistics, verbose messages, and what it buffered before. Empty
 * lines are left out. The listener runs on this thread, from a timer that does
 * not keep the process alive, after a failing call and in
 * {@linkcode flushHooks}; while one is registered nothing goes to the standard
 * error stream. A listener that throws is reported by `reportError`.
 *
 * Returns a disposable that ends it. Throws `Error` outside the main thread, and
 * `UnsupportedError` where the C library cannot record streams (Windows).
 * Behind it stands `mi_register_output`.
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
 * Calls `listener` with every error that mimalloc reports, from any thread:
 * out of memory, invalid arguments, corruption that it noticed. When and where
 * the listener runs, and what is thrown, is as in {@linkcode onOutput}. Behind
 * it stands `mi_register_error`.
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
export function onError(listener: ErrorListener): Disposable {
  return subscribe(errorListeners, listener);
}

/** Delivers what mimalloc printed and reported so far to the listeners, now. Does nothing without listeners. */
export function flushHooks(): void {
  if (timer === undefined || recorder === undefined) return;
  const lines = takeLines(recorder.output);
  for (const line of lines) {
    for (const listener of outputListeners) deliver(listener, line);
  }
  for (const code of recorder.error.drain()) {
    const error: MimallocError = { code, name: errorName(code) };
    for (const listener of errorListeners) deliver(listener, error);
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): Disposable {
  if (!isMainThread) {
    throw new Error(
      "Cannot listen in a Worker: listen on the main thread, messages of every thread arrive there",
    );
  }
  if (typeof listener !== "function") {
    throw new TypeError(
      `Cannot listen with ${String(listener)}: it is not a function`,
    );
  }
  if (timer === undefined) start();
  // A function of its own for every subscription, so that listening twice is heard twice.
  const own = ((value: never) => (listener as (value: never) => void)(value)) as T;
  listeners.add(own);
  return {
    [Symbol.dispose](): void {
      listeners.delete(own);
      if (outputListeners.size + errorListeners.size === 0) stop();
    },
  };
}

function start(): void {
  const { registerOutput, registerError } = library().bind("hooks");
  const functions = sinkFunctions();
  const opened = recorder ?? openRecorder();
  registerOutput(functions.output, opened.output.stream);
  registerError(functions.error, opened.error.stream);
  // mimalloc replays its whole buffer at every registration; only the first time it is news.
  if (recorder !== undefined) opened.output.drain();
  recorder = opened;
  timer = setInterval(flushHooks, PERIOD);
  timer.unref();
}

function openRecorder(): Recorder {
  const opened = { output: new Sink(), error: new Sink() };
  // What mimalloc prints at the very end shall reach the standard error stream again.
  process.on("exit", unregister);
  return opened;
}

function stop(): void {
  if (timer === undefined) return;
  clearInterval(timer);
  timer = undefined;
  partialLine = "";
  unregister();
}

function unregister(): void {
  const { registerOutput, registerError } = library().bind("hooks");
  registerOutput(null, null);
  registerError(null, null);
}

function takeLines(sink: Sink): readonly string[] {
  const lines = (partialLine + decoder.decode(sink.drain(), { stream: true }))
    .split("\n");
  partialLine = lines.pop() ?? "";
  return lines.filter((line) => line !== "");
}

function deliver<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    reportError(error);
  }
}
