import { asNumber, bits, bool, enumeration, f64, i64, struct, text, u64, u8, union } from "../../../stl/mod.ts";
import type { Random } from "../../fuzz/_random.ts";
import { below, type Sample } from "../_kinds.ts";

const State = enumeration({ idle: 1, running: 2, failed: 250 }, u8);
const Shape = union({ circle: f64, square: struct({ side: u8 }), word: text(5) });

export const COLUMNS = { price: f64, state: State, hot: bool, id: i64, name: text(7), shape: Shape };

/** A struct of which not all bytes are values. */
export const Job = struct({
  id: u8,
  state: State,
  size: asNumber(u64),
  flags: bits({ hot: bool, team: 3 }),
  shape: Shape,
  name: text(7),
}, { name: "Job" });

export const SHAPES = [
  { tag: "circle", value: 2.5 },
  { tag: "square", value: { side: 3 } },
  { tag: "word", value: "añe" },
] as const;

export function pick<T>(values: readonly T[], random: () => number): T {
  return values[below(random, values.length)]!;
}

function jobOf(random: () => number): unknown {
  return {
    id: below(random, 256),
    state: pick(["idle", "running", "failed"], random),
    size: below(random, 2 ** 30) * 2 ** 20,
    flags: { hot: below(random, 2) === 0, team: below(random, 8) },
    shape: pick(SHAPES, random),
    name: pick(["", "a", "größe", "sechs"], random),
  };
}

/** Kinds of which some bytes are no value. */
export const ODD: readonly Sample[] = [
  { kind: State, make: (random) => pick(["idle", "running", "failed"], random) },
  { kind: Job, make: jobOf },
];

export function make(sample: Sample, random: Random): unknown {
  return sample.make(() => random.next());
}

/** Whole numbers only: -0 and 0 are equal there, and compared by name here. */
export const whole: Sample = { kind: f64, make: (random) => Math.floor(random() * 1000) / 4 };
export const i64s: Sample = { kind: i64, make: (random) => BigInt(Math.floor(random() * 100)) - 50n };
