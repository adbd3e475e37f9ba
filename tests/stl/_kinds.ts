import { numberFrom } from "../fuzz/_random.ts";
import { below, type Seeded, seeded } from "../examples/_seed.ts";
import {
  anyBytes,
  anyText,
  asNumber,
  bool,
  bytes,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
} from "../../stl/mod.ts";

export { below, type Seeded, seeded };

/** A kind of keys or values, with a way to make one of them and to name it. */
export interface Sample {
  /** The kind; each container has its own type for it. */
  // deno-lint-ignore no-explicit-any -- tests go through kinds of all types
  readonly kind: any;
  /** A value, one of about 3,000 unless the kind has fewer. */
  readonly make: (random: () => number) => unknown;
}

/** Random steps for each kind. All of them with 200,000 take a minute: `STEPS=200000`. */
export const STEPS: number = numberFrom("STEPS", 12_000);

const MANY = 3000;

function textOf(number: number): string {
  const length = number % 7 === 0 ? 90 : number % 20;
  return `${["a", "é", "€", "😀", " "][number % 5]}${number}`.padEnd(length, "x€"[number % 2]);
}

function bytesOf(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i < 4 ? number >>> i * 8 : number * (i + 1));
}

/** Scatters whole numbers over 32 bits, 0 included. */
function scattered(random: () => number): number {
  return Math.imul(below(random, MANY), 0x9e3779b1);
}

const FLOATS = [0, -0, NaN, 1, -1, Infinity, -Infinity, 0.5, 65504];

function float(random: () => number, round: (value: number) => number): number {
  const special = below(random, 100);
  return special < FLOATS.length ? FLOATS[special]! : round(below(random, MANY) / 8 - 100);
}

/** Every kind of keys. */
export const SAMPLES: readonly Sample[] = [
  { kind: u8, make: (random) => below(random, 256) },
  { kind: u16, make: (random) => below(random, 65536) % MANY * 21 },
  { kind: u32, make: (random) => scattered(random) >>> 0 },
  { kind: i8, make: (random) => below(random, 256) - 128 },
  { kind: i16, make: (random) => below(random, MANY) * 21 - 32768 },
  { kind: i32, make: scattered },
  { kind: f16, make: (random) => float(random, Math.f16round) },
  { kind: f32, make: (random) => float(random, Math.fround) },
  { kind: f64, make: (random) => float(random, (value) => value / 3) },
  { kind: i64, make: (random) => BigInt(scattered(random)) << BigInt(below(random, 2) * 32) },
  { kind: u64, make: (random) => BigInt(scattered(random) >>> 0) << BigInt(below(random, 2) * 32) },
  { kind: asNumber(i64), make: (random) => scattered(random) * 2 ** (20 * below(random, 2)) },
  { kind: asNumber(u64), make: (random) => (scattered(random) >>> 0) * 2 ** (20 * below(random, 2)) },
  { kind: bool, make: (random) => random() < 0.5 },
  { kind: anyText, make: (random) => textOf(below(random, MANY)) },
  { kind: anyBytes, make: (random) => bytesOf(below(random, MANY), below(random, 3) * 40) },
  { kind: bytes(16), make: (random) => bytesOf(below(random, MANY), 16) },
  {
    kind: struct({ kind: u8, x: f64, id: u32 }),
    make: (random) => ({ kind: below(random, 3), x: below(random, 1000) / 8, id: 7 }),
  },
  { kind: text(12), make: (random) => `text ${below(random, MANY)}` },
  { kind: bytes(3), make: (random) => bytesOf(below(random, MANY), 3) },
];

/** A text that is equal for two values when a container takes them for the same. */
export function nameOf(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  if (typeof value === "object") return JSON.stringify(value);
  // -0 becomes "0".
  return `${typeof value} ${String(value)}`;
}

/** The sample of a kind of numbers, texts or bytes with this name. */
export function sampleOf(name: string): Sample {
  const sample = SAMPLES.find(({ kind }) => kind.name === name);
  if (sample === undefined) throw new Error(`No sample of ${name}`);
  return sample;
}

/** Pairs of kinds: every one as key and as value, never in the same order. */
export function pairs(): (readonly [key: Sample, value: Sample])[] {
  return SAMPLES.map((key, index) => [key, SAMPLES[(index * 5 + 7) % SAMPLES.length]!]);
}
