import process from "node:process";
import { besideGarbage } from "./beside_garbage.ts";
import { describePace, keepPace, type Pace } from "./pace.ts";

/** One way to do what a loop does. */
export interface LoopArm {
  readonly name: string;
  readonly play: () => void;
  readonly checksum: () => number;
  readonly dispose: () => void;
}

/** How long and how fast loops run, and whether another thread makes garbage. */
export interface LoopOptions {
  /** Nanoseconds from one tick to the next. */
  readonly period: number;
  readonly milliseconds: number;
  readonly quiet: boolean;
}

/** Ticks before the first that counts: compilers need some. */
const WARM_UP = 400;
/** Ticks that all ways have played when their checksums are compared. */
const COMPARED = 100;

/** Runs the ways whose numbers, from 1, are in `chosen`, one after the other, and prints how each went. */
export async function runLoops(ways: readonly (() => LoopArm)[], chosen: string, options: LoopOptions): Promise<void> {
  for (const number of chosen.split(",").map(Number)) {
    const make = ways[number - 1];
    if (make === undefined) throw new RangeError(`Cannot run way ${number}: there are 1 to ${ways.length}`);
    const arm = make();
    for (let i = 0; i < COMPARED; i++) arm.play();
    const checksum = arm.checksum();
    for (let i = COMPARED; i < WARM_UP; i++) arm.play();
    const run = (): Pace => keepPace(options.period, options.milliseconds, arm.play);
    const pace = options.quiet ? run() : await besideGarbage(run);
    process.stdout.write(`${describePace(arm.name, pace)}, checksum ${checksum.toPrecision(9)}\n`);
    arm.dispose();
  }
}
