import process from "node:process";
import { setTimeout } from "node:timers";
import { callbackSignatures } from "../../ffi/callback_signatures.ts";
import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { preloadedMimalloc } from "../../ffi/library/preload.ts";
import { anyWorkerOpened } from "../../ffi/library/worker_mark.ts";
import { atExit } from "../../ffi/runtime/at_exit.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import type { Callback } from "../../ffi/types.ts";
import { requireFunction } from "../argument.ts";

/** What a {@linkcode DeferredFreeListener} is told. */
export interface DeferredFreeCall {
  /** Whether memory is needed now: free all that can be freed, not a slice of it. */
  readonly force: boolean;
  /** A number that rises with each call: by 1 from 1 for a heap, by more where C counts. */
  readonly heartbeat: number;
}

/** Frees what a program has put off freeing. */
export type DeferredFreeListener = (call: DeferredFreeCall) => void;

/** The one listener that C calls, and how deep it is inside it. */
interface Registration {
  readonly callback: Callback;
  running: boolean;
}

let current: Registration | undefined;
let watchesExit = false;

/**
 * **UNSAFE**: makes C itself call `listener` (`mi_register_deferred_free`), in
 * the middle of allocations of every heap. It may allocate and free blocks;
 * destroying a heap, entering a sub-process or registering inside of it crashes
 * the process. `heap.onDeferredFree()` is the safe way, with calls that can be
 * foreseen: C calls at every allocation that finds no free block at hand on 2.x,
 * at about every 10,000th of those on 3.0 and every 1,000th on 3.6, and at every
 * `mi_collect`.
 *
 * JavaScript can run on its own thread alone, so this is for the main thread of a program without Workers: it is
 * refused once a Worker of this process has opened the library (for good, because a Worker leaves no trace when it
 * ends), and a Worker that opens it later unregisters the listener. What the listener throws is reported by
 * `reportError` after C has returned. The exit of the process unregisters it.
 *
 * Returns a disposable that unregisters it. Throws `TypeError` when `listener` is not a function; `Error` outside the
 * main thread, when a Worker has opened the library, or when a listener is registered already; `UnsupportedError` where
 * mimalloc is preloaded, because then threads of the runtime itself would call.
 */
export function unsafeRegisterDeferredFree(listener: DeferredFreeListener): Disposable {
  requireAlone(listener);
  const registration = register(listener);
  current = registration;
  // A Worker may have opened the library between the check and the registration.
  if (anyWorkerOpened(library())) {
    unregister(registration);
    requireNoWorker();
  }
  if (!watchesExit) watchExit();
  return { [Symbol.dispose]: (): void => unregister(registration) };
}

function requireAlone(listener: DeferredFreeListener): void {
  requireFunction(listener, "register a listener for deferred frees");
  if (!onMainThread()) {
    throw new Error(
      "Cannot register a listener for deferred frees in a Worker: C would call it on any thread, " +
        "use heap.onDeferredFree()",
    );
  }
  if (current !== undefined) {
    throw new Error("Cannot register a listener for deferred frees: one is registered, dispose of that one first");
  }
  const preloaded = preloadedMimalloc();
  if (preloaded !== undefined) {
    throw new UnsupportedError({
      feature: "unsafeRegisterDeferredFree()",
      found: `${preloaded} preloaded, so that threads without JavaScript would call`,
      needed: "a process without a preloaded mimalloc",
    });
  }
  requireNoWorker();
}

function requireNoWorker(): void {
  if (!anyWorkerOpened(library())) return;
  throw new Error(
    "Cannot register a listener for deferred frees: a Worker has opened the library, and C would call on its thread",
  );
}

function register(listener: DeferredFreeListener): Registration {
  const callback = backend().createCallback(
    callbackSignatures.deferredFree,
    (force: boolean, heartbeat: bigint): void => {
      registration.running = true;
      try {
        listener({ force, heartbeat: Number(heartbeat) });
      } catch (error) {
        // An exception that passes through C would lose the block that is being allocated.
        queueMicrotask(() => reportError(error));
      } finally {
        registration.running = false;
      }
    },
  );
  const registration: Registration = { callback, running: false };
  tellC(registration);
  return registration;
}

function tellC(registration: Registration | undefined): void {
  library().bind("hooks").registerDeferredFree(registration?.callback.pointer ?? null, null);
}

/** 3.6 calls once more when it prints its statistics at the end, after the runtime is gone. */
function watchExit(): void {
  watchesExit = true;
  atExit(() => tellC(undefined));
  // An uncaught error ends Deno 2.9 without an "exit"; when it does not end the process, the listener comes back.
  process.on("uncaughtExceptionMonitor", () => {
    tellC(undefined);
    setTimeout(() => tellC(current), 0);
  });
}

function unregister(registration: Registration): void {
  if (current !== registration) return;
  current = undefined;
  tellC(undefined);
  // Freed from inside itself a callback crashes Deno 2.9.
  if (registration.running) setTimeout(() => registration.callback.close(), 0);
  else registration.callback.close();
}
