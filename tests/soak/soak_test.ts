import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { fuzzUntil, PLAYS, runFuzz } from "../../scripts/soak/run_fuzz.mjs";
import { judge, runSoak } from "../../scripts/soak/run_soak.mjs";
import { loadLibrary } from "../../mod.ts";

interface Judged {
  readonly phase: string;
  readonly count: number;
  readonly version: string;
  readonly liveBytes: number;
  readonly faults: readonly string[];
}

test("a fiftieth of the soak leaves no live bytes and the resident memory flat", async () => {
  const { path, versionText } = loadLibrary();
  const runtime = "Deno" in globalThis ? "deno" : "bun";
  const library = { path, version: versionText };
  const soak = (): Promise<Judged[]> => runSoak({ runtime, executable: process.execPath, library, divisor: 50 });
  let results = await soak();
  // What leaks grows in every run; compilers and collectors take memory when they find the time, here in a few seconds.
  const grows = (): boolean => results.some(({ faults }) => faults.some((fault) => /memory grew/.test(fault)));
  for (let run = 1; run < 4 && grows(); run++) results = await soak();
  assert.deepEqual(results.map(({ phase, count }) => [phase, count]), [
    ["scopes", 20_000],
    ["heaps", 4000],
    ["allocate/free pairs", 200_000],
  ]);
  for (const { phase, version, liveBytes, faults } of results) {
    assert.deepEqual({ phase, version, liveBytes, faults }, { phase, version: versionText, liveBytes: 0, faults: [] });
  }
});

test("judge() finds memory that grows and bytes that stay", () => {
  const flat = { rss: [10, 50, 100, 105], liveBytes: 0 };
  assert.deepEqual(judge(flat).faults, []);
  assert.deepEqual(judge({ ...flat, rss: [200, 200, 100, 20] }).faults, []);
  assert.deepEqual(judge({ ...flat, rss: [100, 100, 100, 111] }).faults, ["the resident memory grew by 11.0 %"]);
  assert.deepEqual(judge({ ...flat, liveBytes: 8 }).faults, ["8 bytes are live"]);
});

test("a play of random steps names the command that repeats it", async () => {
  const { path, versionText } = loadLibrary();
  const runtime = "Deno" in globalThis ? "deno" : "bun";
  const given = { runtime, executable: process.execPath, library: { path, version: versionText }, play: "containers" };
  const { command, fault } = await runFuzz({ ...given, seed: 3, steps: 200 });
  assert.equal(fault, undefined);
  assert.match(command, new RegExp(` SEED=3 STEPS=200 npx ${runtime} test .*containers_test\\.ts$`));
  // There is no such library, so that the play itself fails.
  const library = { path: `${path}.none`, version: versionText };
  assert.match(
    (await runFuzz({ ...given, library, seed: 3, steps: 200 })).fault ?? "",
    /^1: [^]*Cannot find libmimalloc/,
  );
});

test("plays go on with new seeds until the time is over, and tell of each that goes wrong", async () => {
  const lines: string[] = [];
  let time = 0;
  const faults = await fuzzUntil({
    end: 5,
    targets: [{ runtime: "deno", library: { version: "3.6.0" } }],
    steps: 10,
    tell: (line: string) => lines.push(line),
    now: () => time,
    newSeed: () => 100 + time,
    play: ({ seed }: { seed: number }) => {
      time++;
      return Promise.resolve(seed === 102 ? { command: "repeat it", fault: "a fault" } : { command: "" });
    },
  });
  assert.deepEqual(faults, ["repeat it"]);
  assert.deepEqual(Object.keys(PLAYS), ["heaps and scopes", "containers"]);
  assert.deepEqual(lines, [
    "deno 3.6.0, heaps and scopes: 10 steps, SEED=100",
    "deno 3.6.0, containers: 10 steps, SEED=101",
    "deno 3.6.0, heaps and scopes: 10 steps, SEED=102 went wrong\nrepeat it\na fault",
    "deno 3.6.0, containers: 10 steps, SEED=103",
    "deno 3.6.0, heaps and scopes: 10 steps, SEED=104",
  ]);
});
