// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { seededRandom } from "../../generate_measurements.mjs";
import { closedLoop } from "../closed_loop.mjs";
import { ServerProcess } from "../server_process.mjs";
import { sorted } from "../statistics.mjs";

/** The arms in order of their columns. */
export const ARMS = ["scopes", "ordinary"];

/**
 * A server that works in scopes or with ordinary typed arrays, and what it is asked.
 *
 * @typedef {{
 *   name: string,
 *   example: string,
 *   path: string,
 *   connections: number,
 *   rounds: number,
 *   warmUp: number,
 *   round: number,
 *   shares: [kind: string, share: number][],
 *   files: { name: string, body: Uint8Array, expected: Buffer }[],
 * }} Job `warmUp` and `round` in milliseconds; of a thousand files sent, `share` have names that begin with `kind`
 */

/**
 * Serves with both arms on one runtime, each in a process of its own, and loads
 * one after the other in turns, so that whatever else the machine does meets
 * both.
 *
 * @param {{ job: Job, runtime: "deno" | "bun", executable: string, library: string, seed: number, progress: object }} options
 * @returns the measurements of each arm, by name
 */
export async function compareArms({ job, seed, progress, ...where }) {
  const results = {};
  try {
    for (const arm of ARMS) {
      progress.show(`${where.runtime}, ${job.name}: starting the server (${arm})`);
      const server = new ServerProcess({ ...where, example: job.example, words: [`--arm=${arm}`] });
      results[arm] = { server, seconds: 0, cpuSeconds: 0, systemSeconds: 0, latencies: [] };
      await server.started();
    }
    for (let round = 0; round <= job.rounds; round++) {
      for (const arm of ARMS) {
        const what = round === 0 ? "warm-up" : `round ${round} of ${job.rounds}`;
        progress.show(`${where.runtime}, ${job.name}: ${arm}, ${what}`);
        await runRound(results[arm], job, seed + round, round === 0);
      }
    }
    for (const arm of ARMS) await finish(results[arm]);
    return results;
  } finally {
    for (const arm of ARMS) results[arm]?.server.kill();
  }
}

/** Loads the server once more; a warm-up does not count. */
async function runRound(result, job, seed, warmUp) {
  const { server } = result;
  const before = await server.metrics();
  const unwatch = server.watchPauses();
  const round = await closedLoop(`${server.url}${job.path}`, {
    pick: picker(job, seed),
    connections: job.connections,
    milliseconds: warmUp ? job.warmUp : job.round,
  });
  if (warmUp) return;
  unwatch();
  const after = await server.metrics();
  result.seconds += round.seconds;
  result.cpuSeconds += after.process_cpu_seconds_total - before.process_cpu_seconds_total;
  result.systemSeconds += after.process_cpu_system_seconds_total - before.process_cpu_system_seconds_total;
  for (const latency of round.latencies) result.latencies.push(latency);
}

/** Takes the last figures and stops the server. */
async function finish(result) {
  const { server } = result;
  result.peakBytes = await server.peakBytes();
  result.metrics = await server.metrics();
  await server.stop();
  result.pauses = server.pauses()?.total;
  result.latencies = sorted(result.latencies);
}

/** Chooses files in the shares of their kinds, the same ones for the same seed. */
export function picker({ files, shares }, seed) {
  const random = seededRandom(seed);
  const kinds = shares.map(([kind, share]) => ({
    share,
    files: files.filter(({ name }) => name.startsWith(kind)),
  }));
  return () => {
    let chance = random() * 1000;
    const kind = kinds.find(({ share }) => (chance -= share) < 0) ?? kinds[0];
    return kind.files[Math.floor(random() * kind.files.length)];
  };
}
