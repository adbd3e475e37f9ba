import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
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
  const results: Judged[] = await runSoak({ runtime, executable: process.execPath, library, divisor: 50 });
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
