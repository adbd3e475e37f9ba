/**
 * How long it takes until another thread has a block: `handover.ts <arm>`. Prints nanoseconds of one way, half of a round
 * trip in which each side changes a byte, for blocks of four sizes, and how much more the largest takes than the smallest.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import type { Message } from "../../../threads/handover/message.ts";
import { receive } from "../../../threads/handover/receive.ts";
import { send } from "../../../threads/handover/send.ts";
import { quantile } from "../../statistics.ts";
import { print } from "../../stl/programs/_process.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const arm = process.argv[2]!;
const heap = new Heap({ name: "hand over" });
// A web Worker: a transfer list of node:worker_threads takes 400 ms for a MiB in Deno 2.9.
const worker = new Worker(new URL("./_echo_worker.ts", import.meta.url), { type: "module" });
await new Promise((resolve) => {
  worker.onmessage = resolve;
  worker.postMessage(arm);
});

/** How one arm makes its memory, hands it to the Worker, and has it again. */
const { make, post, take } = ({
  send: {
    make: (length) => heap.allocate(Uint8Array, length).fill(0),
    post: (bytes) => send(worker, bytes),
    take: (message) => receive(message as Message<Bytes>, heap),
  },
  "postMessage, copy": {
    make: (length) => new Uint8Array(length),
    post: (bytes) => worker.postMessage(bytes),
    take: (message) => message as Bytes,
  },
  "transfer list": {
    make: (length) => new Uint8Array(length),
    post: (bytes) => worker.postMessage(bytes, [bytes.buffer]),
    take: (message) => message as Bytes,
  },
  SharedArrayBuffer: {
    make: (length) => new Uint8Array(new SharedArrayBuffer(length)) as unknown as Bytes,
    post: (bytes) => worker.postMessage(bytes),
    take: (message) => message as Bytes,
  },
} satisfies Record<string, Arm> as Record<string, Arm>)[arm]!;

interface Arm {
  readonly make: (byteLength: number) => Bytes;
  readonly post: (bytes: Bytes) => void;
  readonly take: (message: unknown) => Bytes;
}

let answered: (message: unknown) => void = () => {};
worker.onmessage = ({ data }: MessageEvent<unknown>): void => answered(data);

function roundTrip(bytes: Bytes): Promise<Bytes> {
  return new Promise((resolve) => {
    answered = (message): void => resolve(take(message));
    post(bytes);
  });
}

/** Round trips for each size, and for how many milliseconds. */
const MOST_TRIPS = 1500;
const LEAST_TRIPS = 4;
const MOST_TIME = 1000;

/** The median of one way, in nanoseconds. */
async function measure(byteLength: number): Promise<number> {
  let bytes = make(byteLength);
  const times: number[] = [];
  const end = performance.now() + MOST_TIME;
  while (times.length < MOST_TRIPS && (times.length < LEAST_TRIPS || performance.now() < end)) {
    const begin = performance.now();
    bytes = await roundTrip(bytes);
    times.push((performance.now() - begin) * 1e6 / 2);
  }
  if (bytes[0] !== (times.length & 255) || bytes.length !== byteLength) throw new Error(`Cannot trust it: ${bytes[0]}`);
  if (arm === "send") heap.free(bytes);
  return quantile(times.slice(times.length / 4).toSorted((a, b) => a - b), 0.5);
}

const k1 = await measure(2 ** 10);
const k64 = await measure(2 ** 16);
const m1 = await measure(2 ** 20);
const m64 = await measure(2 ** 26);
worker.terminate();
heap.close();
print({ k1, k64, m1, m64, growth: m64 / k1 });
