import assert from "node:assert/strict";
import { once } from "node:events";
import { constants } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { Worker as NodeWorker } from "node:worker_threads";
import { errorName } from "../../../ffi/libc/error_name.ts";
import { compareVersions, loadLibrary } from "../../../ffi/mod.ts";
import { flushHooks, type MimallocError, onError, onOutput } from "../../../heaps/hooks/hooks.ts";
import { AllocationError, Arena, Heap } from "../../../mod.ts";
import { fail, printStatistics } from "./programs/_provoke.ts";
import { startWorker } from "./programs/_start_worker.ts";
import { ofArenas } from "../../_arenas.ts";

const options = { skip: process.platform === "win32" };
const IN_WORKER = new URL("programs/_listen_in_worker.ts", import.meta.url);
const REFUSED = "Error: Cannot listen in a Worker: listen on the main thread, messages of every thread arrive there";

/** The lines that `action` makes mimalloc print. */
function record(action: () => void): string[] {
  const lines: string[] = [];
  using _subscription = onOutput((line) => lines.push(line));
  flushHooks();
  lines.length = 0;
  action();
  flushHooks();
  return lines;
}

/** What a secure or debug build needs to tell the errors of calls that this library did not make. */
const SURVIVE = { survive: true };

test("onOutput() delivers the lines in order, without line breaks and empty lines", options, () => {
  const lines = record(printStatistics);
  assert.ok(lines.length > 5, `${lines.length} lines`);
  assert.ok(lines.every((line) => line !== "" && !line.includes("\n")));
  assert.equal(lines.filter((line) => line.includes("numa nodes")).length, 1);
  assert.match(lines.at(-1) ?? "", /^ +process *: user/);
});

test("onError() delivers errors with their names", options, () => {
  const errors: MimallocError[] = [];
  using _subscription = onError((error) => errors.push(error), SURVIVE);
  fail();
  fail();
  flushHooks();
  const expected = { code: constants.errno.ENOMEM, name: "ENOMEM" };
  assert.deepEqual(errors.splice(0), [expected, expected]);
  fail(2n ** 63n);
  flushHooks();
  const overflow = { code: constants.errno.EOVERFLOW, name: "EOVERFLOW" };
  const recent = compareVersions(loadLibrary().version, { major: 3, minor: 6, patch: 0 }) >= 0;
  assert.deepEqual(errors, recent ? [overflow] : [overflow, overflow, expected]);
});

test("onError() delivers every error of another Worker", options, async () => {
  const errors: MimallocError[] = [];
  {
    using _subscription = onError((error) => errors.push(error), SURVIVE);
    const workers = await Promise.all([startWorker({ failures: 500 }), startWorker({ failures: 500 })]);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  assert.equal(errors.length, 1000);
  assert.ok(errors.every(({ name }) => name === "ENOMEM"));
});

test("errorName() names the errors of mimalloc, and gives the number of others", () => {
  for (const name of ["EAGAIN", "ENOMEM", "EFAULT", "EINVAL", "EOVERFLOW"] as const) {
    assert.equal(errorName(constants.errno[name]), name);
  }
  assert.equal(errorName(250), "E250");
});

test("a listener that is registered twice hears twice, and each disposable ends one of them", options, () => {
  let heard = 0;
  const listener = (): void => void heard++;
  const first = onError(listener, SURVIVE);
  const second = onError(listener, SURVIVE);
  fail();
  flushHooks();
  assert.equal(heard, 2);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  fail();
  flushHooks();
  assert.equal(heard, 3);
  second[Symbol.dispose]();
  second[Symbol.dispose]();
  fail();
  flushHooks();
  assert.equal(heard, 3);
});

test("disposing a listener delivers what was recorded until then, whether others stay or not", options, () => {
  for (const others of [true, false]) {
    const names: string[] = [];
    const other = others ? onOutput(() => {}) : undefined;
    const subscription = onError(({ name }) => names.push(name), SURVIVE);
    fail();
    assert.deepEqual(names, []);
    subscription[Symbol.dispose]();
    assert.deepEqual(names, ["ENOMEM"]);
    other?.[Symbol.dispose]();
  }
});

test("a new listener hears nothing of the time before it", options, () => {
  onError(() => {})[Symbol.dispose]();
  fail();
  const heard: unknown[] = [];
  using _output = onOutput((line) => heard.push(line));
  using _error = onError((error) => heard.push(error), SURVIVE);
  flushHooks();
  assert.deepEqual(heard, []);
});

test("flushHooks() inside a listener does nothing, so that every listener keeps the order", options, () => {
  const first: string[] = [];
  const second: string[] = [];
  using _first = onOutput((line) => {
    if (first.length < 3) printStatistics();
    first.push(line);
    flushHooks();
  });
  using _second = onOutput((line) => second.push(line));
  printStatistics();
  for (let round = 0; round < 5; round++) flushHooks();
  assert.deepEqual(first, second);
  assert.equal(first.filter((line) => line.includes("numa nodes")).length, 4);
});

test("a listener that is added by a listener hears the next message first", options, () => {
  const added: Disposable[] = [];
  const heard: string[] = [];
  using _subscription = onError(() => {
    if (added.length === 0) added.push(onError(({ name }) => heard.push(name), SURVIVE));
  }, SURVIVE);
  fail();
  flushHooks();
  assert.deepEqual(heard, []);
  fail();
  flushHooks();
  assert.deepEqual(heard, ["ENOMEM"]);
  added[0]?.[Symbol.dispose]();
});

test("a listener that is disposed by a listener hears nothing any more", options, () => {
  let heard = 0;
  using _subscription = onError(() => later[Symbol.dispose](), SURVIVE);
  const later = onError(() => void heard++, SURVIVE);
  fail();
  flushHooks();
  assert.equal(heard, 0);
});

test("a listener that disposes itself at the first message hears no other", options, () => {
  let heard = 0;
  const subscription = onOutput(() => {
    heard++;
    subscription[Symbol.dispose]();
  });
  printStatistics();
  flushHooks();
  assert.equal(heard, 1);
});

test("flushHooks() without listeners does nothing", options, () => {
  flushHooks();
});

test("onOutput() and onError() refuse what is not a function", () => {
  const fail = (): never => assert.fail("the message asks the program");
  for (const listen of [onOutput, onError]) {
    for (
      const [value, shown] of [
        [undefined, "undefined"],
        [null, "null"],
        [7, "7"],
        ["listener", '"listener"'],
        ["x".repeat(100), `"${"x".repeat(60)}…"`],
        [Symbol("mine"), "Symbol(mine)"],
        [7n, "7n"],
        [[], "an array"],
        // Without a text, and with one that throws.
        [Object.create(null), "an object"],
        [{ toString: fail, [Symbol.toPrimitive]: fail }, "an object"],
      ]
    ) {
      assert.throws(() => listen(value as never), {
        name: "TypeError",
        message: `Cannot listen: expected a function, got ${shown}`,
      });
    }
  }
});

test("onOutput() and onError() throw in a Worker of node:worker_threads", options, async () => {
  const worker = new NodeWorker(IN_WORKER);
  const [{ answers }] = await once(worker, "message");
  await worker.terminate();
  assert.deepEqual(answers, [REFUSED, REFUSED]);
});

test("onOutput() and onError() throw in a web Worker", options, async () => {
  const worker = new Worker(IN_WORKER, { type: "module" });
  const { promise, resolve } = Promise.withResolvers<{ answers: string[] }>();
  worker.onmessage = (event) => resolve(event.data);
  const { answers } = await promise;
  worker.terminate();
  assert.deepEqual(answers, [REFUSED, REFUSED]);
});

test(
  "onError() hears a failing call once, though it is tried twice, on this thread and on others",
  ofArenas,
  async () => {
    const names: string[] = [];
    using _subscription = onError(({ name }) => names.push(name), { survive: true });
    using arena = Arena.reserve(32 * 2 ** 20);
    using heap = new Heap({ arena });
    for (let round = 1; round <= 3; round++) {
      assert.throws(() => heap.allocate(Uint8Array, 64 * 2 ** 20), AllocationError);
      assert.deepEqual(names, new Array(round).fill("ENOMEM"));
    }
    names.length = 0;
    const worker = new NodeWorker(new URL("./_failing_worker.ts", import.meta.url));
    assert.deepEqual(await once(worker, "message"), ["AllocationError"]);
    await worker.terminate();
    flushHooks();
    assert.deepEqual(names, ["ENOMEM"]);
  },
);

test("onError() refuses options that are no object", () => {
  for (const options of [null, 1, "survive", Symbol("survive")]) {
    assert.throws(() => onError(() => {}, options as never), { name: "TypeError", message: /^Cannot listen: / });
  }
});
