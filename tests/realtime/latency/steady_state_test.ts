import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { ofArenas } from "../../_arenas.ts";
import { isGuarded } from "../../_build.ts";
import { runProgram } from "../../_program.ts";
import { countCollections, TELL_COLLECTIONS } from "../_collections.ts";

/** Ten minutes of ticks, 60 in a second, played at once; STEADY_MINUTES plays as many minutes at their own pace. */
const MINUTES = Number(process.env.STEADY_MINUTES ?? 0);
const TICKS = 36_000;

/** Milliseconds for them: twice their own time, and some for a busy machine. */
const PATIENCE = 300_000 + MINUTES * 120_000;

test("pools and containers on a RealtimeHeap reach neither the heap nor the collector in ten minutes of ticks", {
  ...(isGuarded() ? { skip: "guarded builds have no pages of blocks of one size alone" } : ofArenas),
  timeout: PATIENCE,
}, async () => {
  const words = MINUTES === 0 ? [TICKS, 0] : [MINUTES * 3600, 16];
  const outcome = await runProgram("tests/realtime/latency/programs/steady.ts", {
    ...TELL_COLLECTIONS,
    arguments: words.map(String),
    deadline: PATIENCE,
  });
  assert.equal(outcome.code, 0, outcome.stderr);
  const told = outcome.stdout + outcome.stderr;
  const [, reached, making, exceeded, sum] = /reached (\d+) after (\d+), exceeded (\d+), sum (\d+)/.exec(told)!
    .map(Number);
  assert.ok(making! > 5, `${making} calls made the world`);
  assert.deepEqual([reached, exceeded], [0, 0]);
  assert.ok(sum! > 0);
  const [before, during, ...rest] = countCollections(outcome);
  assert.equal(rest.length, 1, "there are not two marks");
  assert.ok(before! > 0, "the runtime tells of no collection at all");
  assert.equal(during, 0, `${during} collections`);
});
