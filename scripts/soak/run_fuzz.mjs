// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Plays of random steps with seeds of their own, each of which can be played again.
import { relative } from "node:path";
import { run } from "../test/run.mjs";
import { ROOT } from "../test/sources.mjs";

/** The tests that play random steps, by what they play with. */
export const PLAYS = {
  "heaps and scopes": "tests/fuzz/fuzz_test.ts",
  containers: "tests/fuzz/containers_test.ts",
};

const ARGUMENTS = {
  deno: ["test", "--allow-all", "--no-check"],
  bun: ["test", "--timeout", "1800000"],
};

/** Finds a fault in the output of a test, without the lines of the runtime around it. */
const FAULT = /^.*went wrong, run again with[^]*/m;

/**
 * Plays `steps` steps of one of {@linkcode PLAYS} under `runtime` with one library; resolves to the command that
 * plays them again, and the `fault` that was found, if any.
 */
export async function runFuzz({ runtime, executable, library, play, seed, steps }) {
  const file = PLAYS[play];
  const { code, output } = await run(executable, [...ARGUMENTS[runtime], `./${file}`], {
    env: { MIMALLOC_PATH: library.path, SEED: String(seed), STEPS: String(steps) },
    minutes: 30,
  });
  const command = `MIMALLOC_PATH=${relative(ROOT, library.path)} SEED=${seed} STEPS=${steps} ` +
    [`npx ${runtime}`, ...ARGUMENTS[runtime], `./${file}`].join(" ");
  if (code === 0) return { command };
  return { command, fault: `${code}: ${FAULT.exec(output)?.[0] ?? output}` };
}

/**
 * Plays with new seeds, on every runtime and library in turn, until `now()` is `end`; calls `tell` with a line on
 * each. Resolves to what went wrong.
 */
export async function fuzzUntil({ end, targets, steps, tell, now = Date.now, newSeed = randomSeed, play = runFuzz }) {
  const faults = [];
  while (true) {
    for (const target of targets) {
      for (const name of Object.keys(PLAYS)) {
        if (now() >= end) return faults;
        const seed = newSeed();
        const { command, fault } = await play({ ...target, play: name, seed, steps });
        const line = `${target.runtime} ${target.library.version}, ${name}: ${steps} steps, SEED=${seed}`;
        tell(fault === undefined ? line : `${line} went wrong\n${command}\n${fault}`);
        if (fault !== undefined) faults.push(command);
      }
    }
  }
}

function randomSeed() {
  return Math.floor(Math.random() * 2 ** 32);
}
