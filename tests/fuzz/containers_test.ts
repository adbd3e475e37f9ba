import process from "node:process";
import { test } from "node:test";
import { LIST_PLAYS } from "./_list_plays.ts";
import { MAP_PLAYS } from "./_map_plays.ts";
import { numberFrom, Random } from "./_random.ts";
import { type Failure, shrink } from "./_shrink.ts";
import { TEXT_PLAYS } from "./_text_plays.ts";
import { Containers } from "./_troupe.ts";
import { VECTOR_PLAYS } from "./_vector_plays.ts";

const STEPS = numberFrom("STEPS", 200_000);
const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const CHECK_ALL_EVERY = numberFrom("CHECK_ALL_EVERY", 500);
/** A part of the names of the containers to play with. */
const ONLY = new RegExp(process.env["ONLY"] ?? "");
const SHRINKING_TIME = 20_000;
const PLAYS = [...VECTOR_PLAYS, ...LIST_PLAYS, ...MAP_PLAYS, ...TEXT_PLAYS].filter(([label]) => ONLY.test(label));

function play(steps: Iterable<number>, checkEvery: number): Failure | undefined {
  const random = new Random(SEED);
  const containers = new Containers(random, PLAYS);
  let [step, done] = [0, 0];
  try {
    for (step of steps) {
      random.restart(SEED, step);
      containers.step();
      if (done++ % checkEvery === 0) containers.checkAll();
    }
    containers.checkAll();
    containers.end();
    return undefined;
  } catch (cause) {
    containers.abandon();
    return { step, cause, log: containers.log };
  }
}

function report(failure: Failure, steps: readonly number[]): never {
  const { step, cause, log } = shrink((fewer) => play(fewer, 1), failure, steps, SHRINKING_TIME).failure;
  throw new Error(
    `Step ${failure.step} went wrong, run again with SEED=${SEED} STEPS=${STEPS}; the last calls of the fewest steps ` +
      `that go wrong, up to ${step}:\n${log}\n${(cause as Error).stack}`,
    { cause },
  );
}

test(`containers keep every element and byte through ${STEPS} steps in which listeners use them (SEED=${SEED})`, () => {
  const steps = Array.from({ length: STEPS }, (_, step) => step);
  const failure = play(steps, CHECK_ALL_EVERY);
  if (failure !== undefined) report(failure, steps);
});
