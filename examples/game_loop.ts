// A game of 200,000 entities that has to play 60 ticks in a second, in four ways; what is late is counted.
//
//   deno run -A examples/game_loop.ts
//   bun examples/game_loop.ts
//
// `--help` shows the options.
import process from "node:process";
import { parseArgs } from "node:util";
import { rehearsedHeap } from "./core/rehearse.ts";
import { type LoopArm, runLoops } from "./core/run_loops.ts";
import { blocksOf, SteadyMemory, type TickMemory } from "./core/steady_memory.ts";
import { PlainGame } from "./game_loop/plain_game.ts";
import { type Game, TICK } from "./game_loop/rules.ts";
import { gameDemands, SteadyGame } from "./game_loop/steady_game.ts";
import { Heap } from "../mod.ts";

const HELP = `Moves entities that begin and end, sorts them into cells, and counts the ticks that were late.

  deno run -A examples/game_loop.ts [options]
  bun examples/game_loop.ts [options]

  --seconds=10       how long each way plays
  --entities=200000  how many
  --seed=1           which game
  --quiet            without a thread that makes garbage beside it
  --arms=1,2         only some of the ways, by their numbers
  --help             this text

What the empty loop misses is the system's doing: nothing can miss fewer.
`;

function armOf(name: string, game: Game, dispose: () => void = () => {}): LoopArm {
  return { name, play: () => game.play(), checksum: () => game.checksum, dispose };
}

function onHeap(count: number, seed: number): LoopArm {
  const heap = new Heap({ name: "game" });
  return armOf("plain heap", new SteadyGame(count, seed, blocksOf(heap)), () => heap.destroy());
}

function onRealtimeHeap(count: number, seed: number): LoopArm {
  const { doubles, integers } = gameDemands(count);
  const heap = rehearsedHeap("game", (rehearsal) => void new SteadyMemory(rehearsal, doubles, integers));
  const memory: TickMemory = new SteadyMemory(heap, doubles, integers);
  return armOf("real-time heap and pools", new SteadyGame(count, seed, memory), () => heap.destroy());
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      seconds: { type: "string", default: "10" },
      entities: { type: "string", default: "200000" },
      seed: { type: "string", default: "1" },
      quiet: { type: "boolean", default: false },
      arms: { type: "string", default: "1,2,3,4" },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [seed, count] = [Number(values.seed), Number(values.entities)];
  const ways: (() => LoopArm)[] = [
    () => armOf("plain JavaScript", new PlainGame(count, seed)),
    () => onHeap(count, seed),
    () => onRealtimeHeap(count, seed),
    () => armOf("empty loop", { play: () => {}, checksum: 0 }),
  ];
  const period = Math.floor(TICK * 1e9);
  await runLoops(ways, values.arms, { period, milliseconds: Number(values.seconds) * 1000, quiet: values.quiet });
}

await main();
