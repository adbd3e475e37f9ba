/** Messages of 64 bytes to a Worker: `channel.ts <arm>`. Prints nanoseconds of each, from the first to the last received. */
import process from "node:process";
import { Channel } from "../../../threads/channel/channel.ts";
import { quantile } from "../../statistics.ts";
import { print } from "../../stl/programs/_process.ts";
import { Record64 } from "./_record.ts";

const MESSAGES = 200_000;
const ROUNDS = 4;

const channel = process.argv[2] === "Channel" ? new Channel(Record64, { capacity: 4096 }) : undefined;
const worker = new Worker(new URL("./_counting_worker.ts", import.meta.url), { type: "module" });

/** What the Worker says next. */
function heard(): Promise<unknown> {
  return new Promise((resolve) => worker.onmessage = ({ data }: MessageEvent<unknown>): void => resolve(data));
}

worker.postMessage({ ticket: channel?.share(), messages: MESSAGES, rounds: ROUNDS });
await heard();

const message = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8 };

async function sendAll(): Promise<void> {
  for (let index = 0; index < MESSAGES; index++) {
    message.a = index & 7;
    if (channel === undefined) worker.postMessage(message);
    else if (!channel.trySend(message)) await channel.sendAsync(message);
  }
}

const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const done = heard();
  const begin = performance.now();
  await sendAll();
  const sum = await done;
  times.push((performance.now() - begin) * 1e6 / MESSAGES);
  if (sum !== MESSAGES / 8 * 28) throw new Error(`Cannot trust it: the sum is ${sum}`);
}
worker.terminate();
channel?.[Symbol.dispose]();
print({ message: quantile(times.slice(1).toSorted((a, b) => a - b), 0.5) });
