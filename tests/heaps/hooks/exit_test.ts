import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../../../ffi/mod.ts";
import { type Outcome, runProgram, RUNTIME } from "../../_program.ts";

/** How a process ends: its code, or the signal that ends it. */
interface End {
  readonly code?: number;
  readonly signal?: string;
}

const ENDS: Readonly<Record<string, End>> = {
  "end": { code: 0 },
  "runtime exit": { code: 3 },
  "process.exit": { code: 4 },
  "uncaught error": { code: 1 },
  "uncaught error in a timer": { code: 1 },
  "unhandled rejection": { code: 1 },
  "SIGTERM": { signal: "SIGTERM" },
  "SIGINT": { signal: "SIGINT" },
  "exit in a listener": { code: 5 },
  "exit while Workers allocate": { code: 6 },
  "runtime exit while Workers allocate": { code: 7 },
  "end after terminating Workers": { code: 0 },
};

const environments = ["MIMALLOC_SHOW_STATS", "MIMALLOC_VERBOSE"];
// Children take long on a busy machine; Bun allows a test 5 s.
const options = { skip: process.platform === "win32", timeout: 300_000 };

function run(end: string, arm: string, variable: string): Promise<Outcome> {
  return runProgram("tests/heaps/hooks/programs/exit.ts", {
    arguments: [end, arm],
    environment: { [variable]: "1", MIMALLOC_PATH: loadLibrary().path },
  });
}

for (const [end, { code = null, signal = null }] of Object.entries(ENDS)) {
  test(`listeners change nothing in: ${end}`, options, async () => {
    await Promise.all(environments.flatMap((variable) =>
      ["plain", "listening"].map(async (arm) => {
        const outcome = await run(end, arm, variable);
        const message = `${arm}, ${variable}=1: ${outcome.stderr.slice(-2000)}`;
        assert.deepEqual({ code: outcome.code, signal: outcome.signal }, { code, signal }, message);
        assert.ok(outcome.stdout.startsWith("ready\n"), message);
        assert.doesNotMatch(outcome.stderr, /panic|Segmentation|has crashed/i, message);
      })
    ));
  });
}

for (const end of ["end", "process.exit", "runtime exit"]) {
  test(`the listeners hear what was recorded before: ${end}`, options, async () => {
    const { stdout } = await run(end, "listening", "MIMALLOC_SHOW_STATS");
    const heard = Number(/^heard (\d+)$/m.exec(stdout)?.[1]);
    assert.ok(heard > 1, stdout);
  });
}

test("the final statistics reach the standard error stream although there are listeners", {
  ...options,
  skip: options.skip || RUNTIME === "bun" && "Bun ends without the library's own end",
}, async () => {
  const { stderr } = await run("end", "listening", "MIMALLOC_SHOW_STATS");
  assert.match(stderr, /numa nodes/);
});
