// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Buffer } from "node:buffer";
import { request } from "node:http";

/**
 * Sends one request over a connection of `agent` and takes the whole answer.
 *
 * @param {string} url
 * @param {{ method: string, agent: import("node:http").Agent, headers?: Record<string, string>, body?: Uint8Array }} what
 * @returns {Promise<{ status: number, body: Buffer }>}
 */
export function send(url, { method, agent, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": body.length };
    const outgoing = request(url, { method, agent, headers: { ...headers, ...length } }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        resolve({ status: incoming.statusCode, body: whole });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
