// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Buffer } from "node:buffer";
import { Agent, request } from "node:http";

/** Requests in flight at any time, each on a connection that is kept alive. */
export const CONNECTIONS = 32;

/**
 * Sends files to a server for some time and compares every answer.
 *
 * A closed loop: each connection sends its next file when it has the answer to
 * the one before. The order of the files depends on `random` alone.
 *
 * @param {string} url
 * @param {{ pick: () => { body: Buffer, expected: Buffer, name: string }, milliseconds: number }} options
 * @returns {Promise<{ requests: number, seconds: number, latencies: number[] }>}
 *   latencies in milliseconds
 */
export async function load(url, { pick, milliseconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const target = new URL("/summary", url);
  const latencies = [];
  const start = performance.now();
  const connection = async () => {
    while (performance.now() - start < milliseconds) {
      const file = pick();
      const sent = performance.now();
      const { status, body } = await post(target, agent, file.body);
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
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - start) / 1000;
  return { requests: latencies.length, seconds, latencies };
}

/** @returns {Promise<{ status: number, body: Buffer }>} */
function post(target, agent, bytes) {
  return new Promise((resolve, reject) => {
    const outgoing = request(target, {
      method: "POST",
      agent,
      headers: {
        "content-type": "text/csv",
        "content-length": bytes.length,
      },
    }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        resolve({ status: incoming.statusCode, body });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(bytes);
  });
}
