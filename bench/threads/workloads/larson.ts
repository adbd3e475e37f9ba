import { Hand } from "./crew.ts";
import type { Memory, Note } from "./memory.ts";
import { Random } from "./random.ts";
import type { Here, Played, Workload } from "./work.ts";

/** What a Worker has to know beside the blocks, and what it tells. */
type State = {
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
  readonly random: readonly number[];
  readonly checksum: number;
  /** Milliseconds of work. */
  readonly work: number;
};

function makeBlock<B>(memory: Memory<B>, random: Random, least: number, most: number): B {
  return memory.ends(least + random.below(most - least));
}

function serve<B>(memory: Memory<B>, here: Here, message: unknown): void {
  const begin = performance.now();
  const { blocks, note } = memory.receive(message);
  const { least, most, rounds, random: start, work, checksum } = note as State;
  const random = new Random(start);
  let sum = checksum;
  for (let step = 0; step < rounds * blocks.length; step++) {
    const victim = random.below(blocks.length);
    sum += memory.free(blocks[victim]!);
    blocks[victim] = makeBlock(memory, random, least, most);
  }
  const state = { least, most, rounds, random: [...random.state], checksum: sum };
  memory.send(here, blocks, { ...state, work: work + performance.now() - begin });
  memory.close();
}

/** One after the other, each goes on with the blocks of the one before, which has ended. */
async function playServer<B>(memory: Memory<B>, arm: string, server: Server<B>): Promise<Played> {
  let message: unknown;
  let starting = 0;
  for (let generation = 0; generation < server.generations; generation++) {
    const hand = await Hand.start(arm, "larson");
    starting += hand.startTime;
    const answer = hand.next();
    if (generation === 0) memory.send(hand.port, server.blocks, server.note);
    else hand.port.postMessage(message);
    message = await answer;
    hand.end();
  }
  const begin = performance.now();
  const { blocks, note } = memory.receive(message);
  let { checksum, work } = note as State;
  for (const block of blocks) checksum += memory.free(block);
  work += performance.now() - begin;
  return { checksum, work, starting };
}

interface Server<B> {
  readonly blocks: readonly B[];
  readonly generations: number;
  readonly note: Note;
}

/** See `bench/allocators/larson.c`. */
export const larson: Workload = {
  parameters: ["2", "8", "1000", "5000", "100", "4"],
  fewer: ["2", "8", "1000", "5000", "20", "4"],
  inWorker(memory, here): void {
    here.onmessage = ({ data }): void => serve(memory, here, data);
  },
  async play<B>(
    memory: Memory<B>,
    arm: string,
    [threads, least, most, count, rounds, generations]: readonly number[],
  ): Promise<Played> {
    const servers = Array.from({ length: threads! }, (_, index) => {
      const random = Random.from(4141 + index);
      const blocks = Array.from({ length: count! }, () => makeBlock(memory, random, least!, most!));
      const note = { least, most, rounds, random: [...random.state], checksum: 0, work: 0 };
      return { blocks, note, generations: generations! };
    });
    const played = await Promise.all(servers.map((server) => playServer(memory, arm, server)));
    return {
      checksum: played.reduce((sum, { checksum }) => sum + checksum, 0),
      work: Math.max(...played.map(({ work }) => work)),
      starting: Math.max(...played.map(({ starting }) => starting)),
    };
  },
  blocks: ([threads, , , count, rounds, generations]) => threads! * count! * (rounds! * generations! + 1),
};
