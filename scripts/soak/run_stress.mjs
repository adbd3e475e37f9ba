// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The stress of threads in a process of its own, with a new seed each time.
import { run } from "../test/run.mjs";

const ARGUMENTS = { deno: ["run", "--allow-all", "--no-check"], bun: [] };

/**
 * Lets Workers allocate, send, receive, free and end at random moments for so many seconds. Resolves to a result like
 * those of the soak; throws with the command that repeats it when a byte was wrong, a block was lost or the process died.
 */
export async function stressThreads({ runtime, executable, library, seconds, seed = newSeed() }) {
  const program = ["tests/threads/lifecycle/programs/stress.ts", String(seconds * 1000), String(seed)];
  const begin = performance.now();
  const { code, output } = await run(executable, [...ARGUMENTS[runtime], ...program], {
    env: { MIMALLOC_PATH: library.path },
  });
  if (code !== 0) {
    const command = `MIMALLOC_PATH=${library.path} ${runtime} ${[...ARGUMENTS[runtime], ...program].join(" ")}`;
    throw new Error(`Cannot finish the stress of threads: ${code}\n${output}\nAgain with: ${command}`);
  }
  const { sent, left, rss } = JSON.parse(output.trim().split("\n").at(-1));
  return {
    runtime,
    version: library.version,
    phase: `threads, seed ${seed}`,
    count: sent,
    seconds: (performance.now() - begin) / 1000,
    rss,
    growth: rss.at(-1) / rss[rss.length / 2 - 1] - 1,
    liveBytes: left.bytes + left.bytesOnTheWay,
    faults: [],
  };
}

function newSeed() {
  return Math.floor(Math.random() * 2 ** 31);
}
