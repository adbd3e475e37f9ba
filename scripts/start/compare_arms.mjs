// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { seededRandom } from "../generate_measurements.mjs";
import { load } from "./load.mjs";
import { ServerProcess } from "./server_process.mjs";

/** The arms in order of their columns. */
export const ARMS = ["scopes", "ordinary"];
const WARM_UP = 2_500;
const ROUND = 4_000;
const ROUNDS = 3;
/** Of a thousand files sent, so many are of each kind. */
const SHARES = [["small", 850], ["medium", 120], ["large", 30]];

/**
 * Serves with both arms on one runtime, each in a process of its own, and loads
 * one after the other in turns, so that whatever else the machine does meets
 * both.
 *
 * @returns the measurements of each arm, by name
 */
export async function compareArms(
  { runtime, executable, library, files, seed, progress },
) {
  const results = {};
  try {
    for (const arm of ARMS) {
      progress.show(`${runtime}: starting the server (${arm})`);
      const server = await ServerProcess.start({
        runtime,
        executable,
        arm,
        library,
      });
      results[arm] = {
        server,
        requests: 0,
        seconds: 0,
        loadedSeconds: 0,
        cpuSeconds: 0,
        latencies: [],
      };
    }
    for (let round = 0; round <= ROUNDS; round++) {
      for (const arm of ARMS) {
        const what = round === 0 ? "warm-up" : `round ${round} of ${ROUNDS}`;
        progress.show(`${runtime}: ${arm}, ${what}`);
        await runRound(results[arm], picker(files, seed + round), round === 0);
      }
    }
    for (const arm of ARMS) await finish(results[arm]);
    return results;
  } finally {
    for (const arm of ARMS) results[arm]?.server.kill();
  }
}

/** Loads the server once more; a warm-up counts only as time of collections. */
async function runRound(result, pick, warmUp) {
  const milliseconds = warmUp ? WARM_UP : ROUND;
  const { server } = result;
  const before = (await server.metrics()).process_cpu_seconds_total;
  const round = await load(server.url, { pick, milliseconds });
  const after = (await server.metrics()).process_cpu_seconds_total;
  result.loadedSeconds += round.seconds;
  if (warmUp) return;
  result.requests += round.requests;
  result.seconds += round.seconds;
  result.cpuSeconds += after - before;
  for (const latency of round.latencies) result.latencies.push(latency);
}

/** Takes the last figures and stops the server. */
async function finish(result) {
  const { server } = result;
  result.peakBytes = await server.peakBytes();
  result.metrics = await server.metrics();
  await server.stop();
  result.pauses = server.pauses;
  result.latencies.sort((a, b) => a - b);
}

/** Chooses files in the shares of their kinds, the same ones for the same seed. */
function picker(files, seed) {
  const random = seededRandom(seed);
  const kinds = SHARES.map(([kind, share]) => ({
    share,
    files: files.filter(({ name }) => name.startsWith(kind)),
  }));
  return () => {
    let chance = random() * 1000;
    const kind = kinds.find(({ share }) => (chance -= share) < 0) ?? kinds[0];
    return kind.files[Math.floor(random() * kind.files.length)];
  };
}
