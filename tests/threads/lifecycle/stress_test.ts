import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { library } from "../../../mod.ts";
import { isGuarded } from "../../_build.ts";
import { runProgram, RUNTIME } from "../../_program.ts";

/** What takes ten seconds takes minutes on a machine that has twenty other things to do. */
const DEADLINE = 400_000;

const options = {
  timeout: DEADLINE + 20_000,
  skip: !freesAcrossHeaps(library().version)
    ? "3.2 hands over blocks of the main heap alone"
    : isGuarded() && library().sharedHeaps &&
      "guarded builds hand over no heap with more blocks than those in the message",
};

test(
  "Workers that send, free, use channels, views and heaps together and are terminated at random moments lose nothing",
  options,
  async () => {
    const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 2 ** 31));
    const outcome = await runProgram("tests/threads/lifecycle/programs/stress.ts", {
      arguments: ["5000", seed],
      deadline: DEADLINE,
    });
    const told = `SEED=${seed} on ${RUNTIME}: ${JSON.stringify(outcome)}`;
    assert.deepEqual([outcome.code, outcome.signal], [0, null], told);
    const { sent, returned, freed, lost, terminated, ended, jobs, heard, left } = JSON.parse(outcome.stdout) as
      & {
        readonly [K in "sent" | "returned" | "freed" | "lost" | "terminated" | "ended" | "jobs" | "heard"]: number;
      }
      & { readonly left: Readonly<Record<string, unknown>> };
    const { bytes, blocks, bytesOnTheWay } = left;
    assert.deepEqual([bytes, blocks, bytesOnTheWay], [0, 0, 0], told);
    assert.ok(sent > 50 && returned > 0 && freed > 0 && terminated > 0 && jobs > 0 && heard > 0, told);
    assert.ok(returned + freed + lost >= sent, told);
    if (process.platform === "linux") assert.ok(ended > 0, told);
  },
);
