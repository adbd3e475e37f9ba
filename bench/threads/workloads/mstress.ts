import { Hand } from "./crew.ts";
import { type Memory, PLACE_BYTES } from "./memory.ts";
import { Random } from "./random.ts";
import type { Played, Workload } from "./work.ts";

/** Places of the table. */
const SHARED = 1000;

/** What a Worker is told. */
type Orders = { readonly number: number; readonly scale: number; readonly table: SharedArrayBuffer };

function takeWords<B>(memory: Memory<B>, random: Random, shifts: number): B {
  let words = 1 << random.below(shifts);
  if (random.percent(1)) words *= random.percent(1) ? 10_000 : random.percent(10) ? 1000 : 100;
  return memory.words(words);
}

function work<B>(memory: Memory<B>, { number, scale, table }: Orders): number {
  const exchange = memory.at(table);
  const random = Random.from(43 + number);
  let soon = soonOf(number, scale);
  let late = soon / 2;
  const held: (B | undefined)[] = [];
  const kept: B[] = [];
  let sum = 0;
  while (soon > 0 || late > 0) {
    if (late === 0 || soon > 0 && random.percent(50)) {
      held.push(takeWords(memory, random, 5));
      soon--;
    } else {
      kept.push(takeWords(memory, random, 7));
      late--;
    }
    if (held.length === 0) continue;
    if (random.percent(66)) {
      const index = random.below(held.length);
      const block = held[index];
      if (block !== undefined) sum += memory.freeWords(block);
      held[index] = undefined;
    }
    if (random.percent(25)) {
      const index = random.below(held.length);
      held[index] = exchange(random.below(SHARED), held[index]);
    }
  }
  for (const block of held) if (block !== undefined) sum += memory.freeWords(block);
  for (const block of kept) sum += memory.freeWords(block);
  return sum;
}

function soonOf(number: number, scale: number): number {
  return 100 * scale * (number % 8 + 1);
}

/** See `bench/allocators/mstress.c`. */
export const mstress: Workload = {
  parameters: ["2", "50", "25"],
  fewer: ["2", "50", "5"],
  inWorker(memory, here): void {
    here.onmessage = ({ data }): void => {
      const sum = work(memory, data as Orders);
      memory.close();
      here.postMessage(sum);
    };
  },
  async play<B>(memory: Memory<B>, arm: string, [threads, scale, rounds]: readonly number[]): Promise<Played> {
    const table = new SharedArrayBuffer(SHARED * PLACE_BYTES);
    const exchange = memory.at(table);
    const random = Random.from(43 * 43);
    let [checksum, time, starting] = [0, 0, 0];
    for (let round = 1; round <= rounds!; round++) {
      const hands = await Promise.all(Array.from({ length: threads! }, () => Hand.start(arm, "mstress")));
      starting += Math.max(...hands.map(({ startTime }) => startTime));
      const begin = performance.now();
      const sums = await Promise.all(hands.map((hand, number) => {
        const answer = hand.next() as Promise<number>;
        hand.port.postMessage({ number, scale, table });
        return answer;
      }));
      for (const hand of hands) hand.end();
      for (const sum of sums) checksum += sum;
      for (let index = 0; index < SHARED; index++) {
        if (!random.percent(50) && round !== rounds) continue;
        const block = exchange(index, undefined);
        if (block !== undefined) checksum += memory.freeWords(block);
      }
      time += performance.now() - begin;
    }
    return { checksum, work: time, starting };
  },
  blocks([threads, scale, rounds]: readonly number[]): number {
    let count = 0;
    for (let number = 0; number < threads!; number++) count += soonOf(number, scale!) * 1.5;
    return count * rounds!;
  },
};
