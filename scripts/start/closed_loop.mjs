// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Agent } from "node:http";
import { send } from "./send.mjs";

/**
 * Sends files to a server for some time and compares every answer.
 *
 * Each connection sends its next file when it has the answer to the one before. The order of the files depends on
 * `pick` alone.
 *
 * @param {string} url
 * @param {{
 *   pick: () => { body: Uint8Array, expected: Buffer, name: string },
 *   connections: number,
 *   milliseconds: number,
 * }} options
 * @returns {Promise<{ seconds: number, latencies: number[] }>} latencies in milliseconds
 */
export async function closedLoop(url, { pick, connections, milliseconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  const start = performance.now();
  const connection = async () => {
    while (performance.now() - start < milliseconds) {
      const file = pick();
      const sent = performance.now();
      const { status, body } = await send(url, { method: "POST", agent, body: file.body });
      latencies.push(performance.now() - sent);
      if (status !== 200 || !body.equals(file.expected)) {
        throw new Error(
          `Cannot accept the answer to ${file.name}: status ${status}, ${body.length} bytes that differ from the ${file.expected.length} expected ones\n${
            body.subarray(0, 300)
          }`,
        );
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    agent.destroy();
  }
  return { seconds: (performance.now() - start) / 1000, latencies };
}
