import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { callbackSignatures } from "../../../../ffi/callback_signatures.ts";
import { Sink, sinkFunctions } from "../../../../ffi/libc/sink.ts";
import { library } from "../../../../ffi/library/library.ts";
import { isPresent } from "../../../../ffi/releases.ts";
import { optionsOf } from "../../../../ffi/options_of.ts";
import { withCallback } from "../../../../ffi/runtime/callback.ts";
import { subprocessSupport } from "../../../../ffi/subprocess_support.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { ENDS_WITH_THREAD } from "../../../_opening.ts";
import { type Cases, proves, provesAlone } from "../_case.ts";
import {
  addressOf,
  block,
  fill,
  free,
  kept,
  malloc,
  MiB,
  record,
  recordDeferredFrees,
  recordErrors,
  recordOutput,
  reserveArena,
  TOO_MUCH,
} from "../_tools.ts";

const ENOMEM = 12;
const EOVERFLOW = 75;
const EVERY_FIGURE = 8;

/** The number of an option of the loaded version. */
function numberOf(option: string): number {
  const entry = optionsOf(library().version)[option];
  assert.ok(entry !== undefined, option);
  return entry.index;
}

/** Moves this thread, which has allocated already, into a new sub-process, as only a thread that ended can. */
function enterSubprocess(): Handle {
  const { subprocNew, subprocAddCurrentThread } = library().bind("subprocesses", { dangerous: true });
  const { threadDone } = library().bind("threads");
  threadDone();
  const subprocess = subprocNew();
  assert.ok(subprocess !== null);
  threadDone();
  subprocAddCurrentThread(subprocess);
  return subprocess;
}

/** The address space in bytes, 0 where the system does not tell. */
function addressSpace(): number {
  if (process.platform !== "linux") return 0;
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[0]) * 4096;
}

export const subprocesses: Cases<"subprocesses"> = {
  "mi_subproc_main": proves("gives the main sub-process, NULL in 3.0", ({ subprocMain }) => {
    assert.equal(subprocMain() !== null, library().has("mi_heap_main"));
  }),
  "mi_subproc_current": proves("gives the sub-process of this thread", ({ subprocCurrent, subprocMain }) => {
    assert.equal(addressOf(subprocCurrent()), addressOf(subprocMain()));
  }),
  "mi_subproc_new": provesAlone("makes a sub-process", ({ subprocNew, subprocMain }) => {
    const subprocess = subprocNew();
    assert.ok(subprocess !== null);
    assert.notEqual(addressOf(subprocess), addressOf(subprocMain()));
  }),
  "mi_subproc_add_current_thread": provesAlone("moves a thread that has nothing yet", (calls) => {
    // From 3.2 to 3.5 a thread in another one ends the process, at the exit at the latest.
    if (library().has("mi_heap_main") && subprocessSupport(library().version) === "none") {
      return calls.subprocAddCurrentThread(calls.subprocMain());
    }
    const { threadDone } = library().bind("threads");
    threadDone();
    const subprocess = calls.subprocNew();
    threadDone();
    calls.subprocAddCurrentThread(subprocess);
    if (library().has("mi_subproc_current")) {
      assert.equal(addressOf(calls.subprocCurrent()), addressOf(subprocess));
    }
    fill(malloc(100), 100);
  }),
  "mi_subproc_delete": provesAlone("ends a sub-process that no thread is in", ({ subprocDelete, subprocNew }) => {
    subprocDelete(subprocNew());
    fill(malloc(100), 100);
  }),
  "mi_subproc_destroy": provesAlone("gives back everything that was reserved in it", ({
    subprocDestroy,
    subprocCurrent,
    subprocMain,
  }) => {
    // From 3.2 to 3.5 a thread in one ends the process.
    if (subprocessSupport(library().version) !== "leave") {
      return subprocDestroy(library().bind("subprocesses").subprocNew());
    }
    malloc(100);
    const before = addressSpace();
    const subprocess = enterSubprocess();
    for (let count = 0; count < 20; count++) reserveArena();
    fill(malloc(100), 100);
    const grown = addressSpace() - before;
    library().bind("threads").threadDone();
    subprocDestroy(subprocess);
    if (process.platform === "linux") {
      assert.ok(grown >= 20 * 64 * MiB, `grown by ${grown}`);
      const left = addressSpace() - before;
      assert.ok(left < 64 * MiB, `${left} of ${grown} left`);
    }
    assert.equal(addressOf(subprocCurrent()), addressOf(subprocMain()));
    fill(malloc(100), 100);
  }),
};

export const threads: Cases<"threads"> = {
  "mi_thread_init": provesAlone("may be called again, and after a thread was done", ({ threadInit, threadDone }) => {
    const handle = malloc(100);
    fill(handle, 100);
    threadInit();
    kept(handle, 100);
    if (ENDS_WITH_THREAD) return;
    threadDone();
    threadInit();
    fill(malloc(100), 100);
  }),
  "mi_thread_done": provesAlone("leaves the blocks of the thread alive, and lets it begin anew", ({ threadDone }) => {
    const handle = malloc(100);
    fill(handle, 100);
    if (ENDS_WITH_THREAD) free(kept(handle, 100));
    threadDone();
    if (ENDS_WITH_THREAD) return;
    free(kept(handle, 100));
    fill(malloc(100), 100);
  }),
  "mi_thread_set_in_threadpool": provesAlone("leaves the thread usable", ({ threadSetInThreadpool }) => {
    threadSetInThreadpool();
    const handle = malloc(100);
    fill(handle, 100);
    free(kept(handle, 100));
  }),
};

export const hooks: Cases<"hooks"> = {
  "mi_register_output": proves("hands over what is printed, from the beginning", ({ registerOutput }) => {
    const sink = new Sink();
    registerOutput(sinkFunctions().output, sink.stream);
    sink.drain();
    library().bind("statistics").statsPrint(null);
    registerOutput(null, null);
    assert.match(new TextDecoder().decode(sink.drain()), /\w/);
  }),
  "mi_register_error": proves("hands over error numbers", ({ registerError }) => {
    const sink = new Sink();
    registerError(sinkFunctions().error, sink.stream);
    library().bind("blocks").malloc(8);
    assert.equal(library().bind("allocation").realloc(null, TOO_MUCH), null);
    registerError(null, null);
    // 2.1 and newer 2.x tell of the size first, and 3.x of the memory alone.
    const codes = [...sink.drain()];
    assert.ok(codes.includes(ENOMEM) && codes.every((code) => [ENOMEM, EOVERFLOW].includes(code)), codes.join());
    assert.deepEqual(recordErrors(() => {}), []);
  }),
  "mi_register_deferred_free": proves("has a function called that frees", ({ registerDeferredFree }) => {
    const handle = malloc(100);
    let freed = 0;
    withCallback(callbackSignatures.deferredFree, (force) => {
      if (force && freed++ === 0) free(handle);
    }, (pointer) => {
      registerDeferredFree(pointer, null);
      library().bind("process").collect(true);
      registerDeferredFree(null, null);
      library().bind("process").collect(true);
    });
    assert.equal(freed, 1);
  }),
};

export const processCalls: Cases<"process"> = {
  "mi_option_get": proves("gives the value of an option", ({ optionGet }) => {
    assert.equal(optionGet(numberOf("os_tag")), 100n);
    // A debug build aborts.
    if (library().build.type !== "debug") assert.equal(optionGet(10_000), 0n, "there is no such option");
  }),
  "mi_option_set": proves("sets the value of an option", ({ optionSet, optionGet }) => {
    const option = numberOf("os_tag");
    optionSet(option, -7);
    assert.equal(optionGet(option), -7n);
    optionSet(option, 100);
    assert.equal(optionGet(option), 100n);
  }),
  "mi_options_print_out": proves("prints every option", ({ optionsPrintOut }) => {
    const text = record((output, stream) => optionsPrintOut(output, stream));
    for (const name of Object.keys(optionsOf(library().version))) {
      if (!name.startsWith("deprecated_")) assert.ok(text.includes(`'${name}'`), name);
    }
  }),
  "mi_stats_print_out": proves("prints the statistics", ({ statsPrintOut }) => {
    assert.match(record((output, stream) => statsPrintOut(output, stream)), /committed/);
  }),
  "mi_collect": proves("asks for a deferred free, with its argument", ({ collect }) => {
    assert.deepEqual(recordDeferredFrees(() => collect(true)), [true]);
    assert.deepEqual(recordDeferredFrees(() => collect(false)), [false]);
  }),
};

export const processInfo: Cases<"processInfo"> = {
  "mi_process_info": proves("writes eight figures", ({ processInfo }) => {
    const figures = Array.from({ length: EVERY_FIGURE }, () => new BigInt64Array([-1n]));
    const [elapsed, user, system, rss, peakRss, commit, peakCommit, faults] = figures as [
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
      BigInt64Array<ArrayBuffer>,
    ];
    fill(malloc(MiB), 1000);
    processInfo(elapsed, user, system, rss, peakRss, commit, peakCommit, faults);
    assert.ok(figures.every(([value]) => (value ?? -1n) >= 0n), String(figures));
    assert.ok((peakRss[0] ?? 0n) > BigInt(10 * MiB), "the runtime alone is bigger");
    assert.ok((user[0] ?? 0n) + (system[0] ?? 0n) > 0n);
    assert.ok((commit[0] ?? 0n) > 0n && (peakCommit[0] ?? 0n) >= (commit[0] ?? 0n));
    processInfo(null, null, null, null, null, null, null, null);
  }),
  "mi_collect_reduce": proves("gives memory up and keeps blocks", ({ collectReduce }) => {
    const handle = malloc(100);
    fill(handle, 100);
    collectReduce(1);
    kept(handle, 100);
    free(handle);
  }),
  "mi_process_info_print": proves("prints the figures", ({ processInfoPrint }) => {
    assert.match(recordOutput(() => processInfoPrint()), /rss|elapsed|process/i);
  }),
  "mi_process_info_print_out": proves("prints the figures", ({ processInfoPrintOut }) => {
    assert.match(record((output, stream) => processInfoPrintOut(output, stream)), /rss|elapsed|process/i);
  }),
  "mi_is_redirected": proves("is false where it is not Windows", ({ isRedirected }) => {
    assert.equal(isRedirected(), false);
  }),
  "mi_process_init": proves("does nothing the second time", ({ processInit }) => {
    const handle = malloc(100);
    fill(handle, 100);
    processInit();
    free(kept(handle, 100));
  }),
  "mi_process_done": provesAlone("ends mimalloc, and leaves blocks readable", ({ processDone }) => {
    const handle = malloc(100);
    fill(handle, 100);
    processDone();
    kept(handle, 100);
  }),
};

export const options: Cases<"options"> = {
  "mi_option_is_enabled": proves("tells whether an option is not 0", ({ optionIsEnabled }) => {
    assert.equal(optionIsEnabled(numberOf("os_tag")), true);
    assert.equal(optionIsEnabled(numberOf("reserve_os_memory")), false);
  }),
  "mi_option_enable": provesAlone("sets an option to 1", ({ optionEnable, optionIsEnabled }) => {
    optionEnable(numberOf("os_tag"));
    assert.equal(optionIsEnabled(numberOf("os_tag")), true);
    assert.equal(library().bind("process").optionGet(numberOf("os_tag")), 1n);
  }),
  "mi_option_disable": provesAlone("sets an option to 0", ({ optionDisable, optionIsEnabled }) => {
    optionDisable(numberOf("os_tag"));
    assert.equal(optionIsEnabled(numberOf("os_tag")), false);
  }),
  "mi_option_set_enabled": provesAlone("sets an option to 1 or 0", ({ optionSetEnabled }) => {
    const { optionGet } = library().bind("process");
    optionSetEnabled(numberOf("os_tag"), true);
    assert.equal(optionGet(numberOf("os_tag")), 1n);
    optionSetEnabled(numberOf("os_tag"), false);
    assert.equal(optionGet(numberOf("os_tag")), 0n);
  }),
  "mi_option_set_enabled_default": provesAlone("sets an option that nobody set", ({ optionSetEnabledDefault }) => {
    const { optionGet, optionSet } = library().bind("process");
    optionSetEnabledDefault(numberOf("os_tag"), true);
    assert.equal(optionGet(numberOf("os_tag")), 1n);
    optionSet(numberOf("os_tag"), 5);
    optionSetEnabledDefault(numberOf("os_tag"), true);
    assert.equal(optionGet(numberOf("os_tag")), 5n);
  }),
  "mi_option_set_default": provesAlone("sets an option that nobody set", ({ optionSetDefault }) => {
    const { optionGet, optionSet } = library().bind("process");
    optionSetDefault(numberOf("os_tag"), 77);
    assert.equal(optionGet(numberOf("os_tag")), 77n);
    optionSet(numberOf("os_tag"), 5);
    optionSetDefault(numberOf("os_tag"), 9);
    assert.equal(optionGet(numberOf("os_tag")), 5n);
  }),
  "mi_option_get_clamp": proves("gives the value within bounds", ({ optionGetClamp }) => {
    const option = numberOf("os_tag");
    assert.equal(optionGetClamp(option, 0, 50), 50n);
    assert.equal(optionGetClamp(option, 0, 500), 100n);
    assert.equal(optionGetClamp(option, 200, 500), 200n);
  }),
  "mi_option_get_size": provesAlone("gives bytes of an option in KiB", ({ optionGetSize }) => {
    library().bind("process").optionSet(numberOf("reserve_os_memory"), 64);
    assert.equal(optionGetSize(numberOf("reserve_os_memory")), 65_536n);
    // Before 2.1.7 it takes every option for one in KiB, and debug builds of 2.1.7 end the process.
    if (isPresent(library().version, { since: "2.1.8" })) assert.equal(optionGetSize(numberOf("os_tag")), 100n);
  }),
  "mi_options_print": proves("prints every option", ({ optionsPrint }) => {
    assert.match(recordOutput(() => optionsPrint()), /'purge_delay'/);
    free(block(malloc(8), 8));
  }),
};
