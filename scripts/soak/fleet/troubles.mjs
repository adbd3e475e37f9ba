// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Clients that no service wants: each comes again and again, and must change nothing for the others.
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { deviceOf } from "../../fleet_devices.mjs";
import { recordsOf } from "./fleet_model.mjs";

/** What clients that leave report; their devices are of no other's. */
export const STRAY = "stray-";
const STRAYS = 500;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Opens a connection, writes, waits a moment and leaves without a word. */
async function leave({ host, port }, bytes, milliseconds) {
  const socket = connect({ host, port: Number(port) });
  socket.on("error", () => {});
  socket.on("data", () => socket.pause());
  socket.write(bytes);
  await sleep(milliseconds);
  socket.destroy();
}

/** A client that sends a part of its reports and leaves. */
async function leaver(server, random) {
  const count = 1 + Math.floor(random() * 200);
  const body = recordsOf(
    Array.from({ length: count }, () => {
      const index = Math.floor(random() * STRAYS);
      return { ...deviceOf(index, 1), id: `${STRAY}${index}` };
    }),
  );
  const head = Buffer.from(
    `POST /reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  const sent = body.subarray(0, Math.floor(random() * body.length));
  await leave(server, Buffer.concat([head, sent]), random() * 100);
}

/** A client that asks for everything, reads a little of it and leaves at some time. */
async function slowReader(server, random) {
  await leave(server, Buffer.from("GET /export HTTP/1.1\r\nHost: x\r\n\r\n"), 200 + random() * 1500);
}

/** A client that sends what nobody can read. */
async function badSender({ host, port }, random) {
  const noise = new Uint8Array(1 + Math.floor(random() * 5000)).map(() => random() * 256);
  const good = recordsOf([{ ...deviceOf(0, 1), id: `${STRAY}0` }]);
  const bodies = [
    ["application/octet-stream", Buffer.concat([good, Buffer.of(0), noise]), 400],
    ["application/octet-stream", good.subarray(0, -1), 400],
    ["application/x-ndjson", noise.fill(0x7b), 400],
    ["application/x-ndjson", Buffer.from('{"id":1}\n'), 400],
    ["image/png", noise, 415],
    ["application/octet-stream", new Uint8Array(2 ** 20 + 1), 413],
  ];
  const [type, body, status] = bodies[Math.floor(random() * bodies.length)];
  let response;
  try {
    response = await fetch(`http://${host}:${port}/reports`, {
      method: "POST",
      body,
      headers: { "content-type": type },
    });
    await response.arrayBuffer();
  } catch {
    // The service may close a connection whose body it does not want.
    return status === 413 ? undefined : `a bad body of type ${type} got no answer`;
  }
  // When the store is full, what comes before the fault may be refused already.
  if (response.status === status || response.status === 507) return undefined;
  return `a bad body of type ${type} was answered with ${response.status} instead of ${status}`;
}

const KINDS = [leaver, leaver, slowReader, slowReader, badSender];

/**
 * Sends such clients until `going()` is false.
 *
 * @param {string} url
 * @param {() => number} random
 * @param {() => boolean} going
 * @param {(fault: string) => void} tell
 * @returns {Promise<number>} how many there were
 */
export async function trouble(url, random, going, tell) {
  const { hostname: host, port } = new URL(url);
  let count = 0;
  await Promise.all(KINDS.map(async (client) => {
    while (going()) {
      const fault = await client({ host, port }, random);
      if (fault !== undefined) tell(fault);
      count++;
      await sleep(20);
    }
  }));
  return count;
}

/** A client that asks for everything and never reads on. Returns what ends it. */
export async function stall(url) {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port) });
  socket.on("error", () => {});
  socket.write("GET /export HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return () => socket.destroy();
}
