import { Hand } from "./crew.ts";
import type { Memory } from "./memory.ts";
import type { Here, Played, Workload } from "./work.ts";

/** Blocks of a batch. */
const BLOCKS = 4096;

/** Batches that wait at most, for all consumers. */
const MOST_WAITING = 100;

/** What a producer and a consumer are told. */
type Orders = {
  readonly bytes: number;
  readonly batches: number;
  /** How many batches wait for each consumer. */
  readonly waiting: SharedArrayBuffer;
  /** The place of the first consumer in the list that a producer goes around, and of the consumer itself. */
  readonly first: number;
};

/** The consumers take batches in turns. */
function produce<B>(
  memory: Memory<B>,
  ports: readonly MessagePort[],
  { bytes, batches, waiting, first }: Orders,
): void {
  const counts = new Int32Array(waiting);
  const most = Math.floor(Math.min(MOST_WAITING, memory.mostOnTheWay / BLOCKS) / ports.length);
  const blocks: B[] = new Array(BLOCKS);
  for (let batch = 0; batch < batches; batch++) {
    const consumer = (first + batch) % ports.length;
    for (let index = 0; index < BLOCKS; index++) blocks[index] = memory.filled(bytes, index + batch & 255);
    for (let count; (count = Atomics.load(counts, consumer)) >= most;) Atomics.wait(counts, consumer, count);
    Atomics.add(counts, consumer, 1);
    memory.send(ports[consumer]!, blocks, {});
  }
}

/** Resolves with the checksum when all batches are freed. */
function consume<B>(
  memory: Memory<B>,
  ports: readonly MessagePort[],
  { batches, waiting, first }: Orders,
): Promise<number> {
  const counts = new Int32Array(waiting);
  let [sum, received] = [0, 0];
  return new Promise((resolve) => {
    for (const port of ports) {
      port.onmessage = ({ data }: MessageEvent<unknown>): void => {
        for (const block of memory.receive(data).blocks) sum += memory.free(block);
        Atomics.sub(counts, first, 1);
        Atomics.notify(counts, first);
        if (++received === batches) resolve(sum);
      };
    }
  });
}

async function work<B>(
  memory: Memory<B>,
  here: Here,
  ports: readonly MessagePort[],
  orders: Orders,
  isProducer: boolean,
): Promise<void> {
  const checksum = isProducer ? (produce(memory, ports, orders), 0) : await consume(memory, ports, orders);
  here.postMessage(checksum);
}

/** See `bench/allocators/xmalloc-test.c`; here batches wait for a consumer, because a message has one receiver. */
export const xmallocTest: Workload = {
  parameters: ["2", "64", "300"],
  fewer: ["2", "64", "12"],
  inWorker(memory, here, ports): void {
    here.onmessage = ({ data }): void => {
      const { isProducer, ...orders } = data as Orders & { isProducer: boolean };
      work(memory, here, ports, orders, isProducer);
      if (isProducer) here.onmessage = null;
    };
  },
  async play<B>(_: Memory<B>, arm: string, [threads, bytes, batches]: readonly number[]): Promise<Played> {
    const waiting = new SharedArrayBuffer(4 * threads!);
    const channels = Array.from(
      { length: threads! },
      () => Array.from({ length: threads! }, () => new MessageChannel()),
    );
    const ends = Array.from({ length: threads! }, (_, index) => [
      channels[index]!.map(({ port1 }) => port1),
      channels.map((row) => row[index]!.port2),
    ]).flat();
    const hands = await Promise.all(ends.map((ports) => Hand.start(arm, "xmalloc-test", ports)));
    const begin = performance.now();
    const answers = hands.map((hand, index) => {
      const answer = hand.next();
      hand.port.postMessage({ isProducer: index % 2 === 0, first: index >> 1, bytes, batches, waiting });
      return answer;
    });
    const checksums = await Promise.all(answers) as number[];
    const time = performance.now() - begin;
    for (const hand of hands) hand.end();
    return {
      checksum: checksums.reduce((sum, each) => sum + each, 0),
      work: time,
      starting: Math.max(...hands.map(({ startTime }) => startTime)),
    };
  },
  blocks: ([threads, , batches]) => threads! * batches! * BLOCKS,
};
