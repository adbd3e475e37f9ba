// A synth that has to have 128 samples ready every 2.67 ms, in four ways; what is late is counted.
//
//   deno run -A examples/audio_loop.ts
//   bun examples/audio_loop.ts
//
// `--help` shows the options.
import process from "node:process";
import { parseArgs } from "node:util";
import { PlainSynth } from "./audio_loop/plain_synth.ts";
import { BLOCK_SAMPLES, SAMPLE_RATE } from "./audio_loop/score.ts";
import { SteadySynth, SYNTH_DEMANDS } from "./audio_loop/steady_synth.ts";
import type { Synth } from "./audio_loop/synth.ts";
import { type LoopArm, runLoops } from "./core/run_loops.ts";
import { rehearsedHeap } from "./core/rehearse.ts";
import { blocksOf, SteadyMemory } from "./core/steady_memory.ts";
import { Heap } from "../mod.ts";

const HELP = `Plays voices with buffers of changing lengths, and counts the blocks that were late.

  deno run -A examples/audio_loop.ts [options]
  bun examples/audio_loop.ts [options]

  --seconds=10   how long each way plays; 300 for a figure to rely on
  --seed=1       which notes
  --quiet        without a thread that makes garbage beside it
  --arms=1,2     only some of the ways, by their numbers
  --help         this text

What the empty loop misses is the system's doing: nothing can miss fewer.
`;

/** Nanoseconds of a block. */
const PERIOD = Math.floor(BLOCK_SAMPLES / SAMPLE_RATE * 1e9);

function armOf(name: string, synth: Synth, dispose: () => void = () => {}): LoopArm {
  return { name, play: () => synth.play(), checksum: () => synth.checksum, dispose };
}

function onHeap(seed: number): LoopArm {
  const heap = new Heap({ name: "synth" });
  return armOf("plain heap", new SteadySynth(seed, blocksOf(heap)), () => heap.destroy());
}

function onRealtimeHeap(seed: number): LoopArm {
  const heap = rehearsedHeap("synth", (rehearsal) => void new SteadyMemory(rehearsal, SYNTH_DEMANDS, []));
  const synth = new SteadySynth(seed, new SteadyMemory(heap, SYNTH_DEMANDS, []));
  return armOf("real-time heap and pools", synth, () => heap.destroy());
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      seconds: { type: "string", default: "10" },
      seed: { type: "string", default: "1" },
      quiet: { type: "boolean", default: false },
      arms: { type: "string", default: "1,2,3,4" },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const seed = Number(values.seed);
  const ways: (() => LoopArm)[] = [
    () => armOf("plain JavaScript", new PlainSynth(seed)),
    () => onHeap(seed),
    () => onRealtimeHeap(seed),
    () => armOf("empty loop", { play: () => {}, checksum: 0 }),
  ];
  await runLoops(ways, values.arms, {
    period: PERIOD,
    milliseconds: Number(values.seconds) * 1000,
    quiet: values.quiet,
  });
}

await main();
