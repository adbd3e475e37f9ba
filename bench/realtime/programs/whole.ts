/**
 * Whole programs as fast as they can: `whole.ts <arm> <audio | game>`. Prints milliseconds, and bytes that the memory of
 * the program takes.
 */
import process from "node:process";
import { SteadySynth } from "../../../examples/audio_loop/steady_synth.ts";
import { rehearsedHeap } from "../../../examples/core/rehearse.ts";
import { blocksOf } from "../../../examples/core/steady_memory.ts";
import { SteadyGame } from "../../../examples/game_loop/steady_game.ts";
import { Heap } from "../../../heaps/heap/heap.ts";
import { chosen, print, residentBytes, timeOf } from "../../stl/programs/_process.ts";

interface Program {
  readonly play: () => void;
  readonly checksum: number;
}

const isAudio = process.argv[3] === "audio";
const [WARM_UP, TICKS] = isAudio ? [2000, 200_000] : [30, 120];

function start(heap: Heap): Program {
  const memory = blocksOf(heap);
  const program = isAudio ? new SteadySynth(1, memory) : new SteadyGame(200_000, 1, memory);
  return {
    play: () => program.play(),
    get checksum() {
      return program.checksum;
    },
  };
}

function play(program: Program, ticks: number): void {
  for (let tick = 0; tick < ticks; tick++) program.play();
}

function rehearse(heap: Heap): void {
  play(start(heap), isAudio ? TICKS : WARM_UP);
}

const before = residentBytes();
const heap = chosen({
  // What the rehearsal teaches the compiler is no part of what a heap costs: all arms play one.
  plain: () => {
    using rehearsal = new Heap();
    rehearse(rehearsal);
    return new Heap();
  },
  page: () => rehearsedHeap("whole", rehearse, "page"),
  segment: () => rehearsedHeap("whole", rehearse, "segment"),
})();
const program = start(heap);
play(program, WARM_UP);
const milliseconds = timeOf(() => play(program, TICKS - WARM_UP));
if (!Number.isFinite(program.checksum) || program.checksum === 0) {
  throw new Error("Cannot trust it: nothing was played");
}
print({ milliseconds, requested: heap.liveBytes / 2 ** 20, resident: (residentBytes() - before) / 2 ** 20 });
