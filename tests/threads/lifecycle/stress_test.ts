import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { library } from "../../../mod.ts";
import { runProgram, RUNTIME } from "../../_program.ts";

const options = {
  timeout: 300_000,
  skip: freesAcrossHeaps(library().version) ? false : "3.2 hands over blocks of the main heap alone",
};

test("Workers that send, free and are terminated at random moments lose nothing", options, async () => {
  const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 2 ** 31));
  const outcome = await runProgram("tests/threads/lifecycle/programs/stress.ts", { arguments: ["5000", seed] });
  const told = `SEED=${seed} on ${RUNTIME}: ${JSON.stringify(outcome)}`;
  assert.deepEqual([outcome.code, outcome.signal], [0, null], told);
  const { sent, returned, freed, lost, terminated, ended, left } = JSON.parse(outcome.stdout) as Record<string, number>;
  assert.deepEqual(
    { ...left as unknown as object, threads: 1 },
    { bytes: 0, blocks: 0, bytesOnTheWay: 0, threads: 1 },
    told,
  );
  assert.ok(sent! > 50 && returned! > 0 && freed! > 0 && terminated! > 0, told);
  assert.ok(returned! + freed! + lost! >= sent!, told);
  // One that is terminated at once may never have used the library.
  if (process.platform === "linux") assert.ok(ended! >= 4, told);
});
