/** How keys of one kind of number become bits and back; see the table of numbers. */
export interface KeyBits<K> {
  /** Whether all bits are a key. */
  readonly all: boolean;
  readonly wide: boolean;
  readonly fits: (key: K) => boolean;
  readonly low: (key: K) => number;
  readonly high: () => number;
  readonly read: (low: number, high: number) => K;
  readonly hash: (low: number, high: number, seed: number) => number;
}

const scratch = new ArrayBuffer(8);
const words = new Int32Array(scratch);
const float64 = new Float64Array(scratch);
const float32 = new Float32Array(scratch);
const float16 = new Float16Array(scratch);
const signed = new BigInt64Array(scratch);
const unsigned = new BigUint64Array(scratch);

function none(): number {
  return 0;
}

function highWord(): number {
  return words[1]!;
}

// The mixers of hash.ts once more: calls of them lie deeper than JavaScriptCore inlines in a loop that fills a map (Bun 1.4).

function hashNarrow(low: number, _high: number, seed: number): number {
  let bits = low ^ seed;
  bits = Math.imul(bits ^ bits >>> 16, 0x21f0aaad);
  bits = Math.imul(bits ^ bits >>> 15, 0x735a2d97);
  return bits ^ bits >>> 15;
}

function hashWide(low: number, high: number, seed: number): number {
  let bits = Math.imul(low ^ seed, 0x9e3779b1);
  bits = (bits ^ bits >>> 15) + high | 0;
  bits = Math.imul(bits ^ bits >>> 16, 0x21f0aaad);
  bits = Math.imul(bits ^ bits >>> 15, 0x735a2d97);
  return bits ^ bits >>> 15;
}

function narrow<K>(
  fits: (key: K) => boolean,
  low: (key: K) => number,
  read: (low: number, high: number) => K,
  all = false,
): KeyBits<K> {
  return { all, wide: false, fits, low, high: none, read, hash: hashNarrow };
}

function wide<K>(
  fits: (key: K) => boolean,
  low: (key: K) => number,
  read: (low: number, high: number) => K,
  all = false,
): KeyBits<K> {
  return { all, wide: true, fits, low, high: highWord, read, hash: hashWide };
}

// Each kind has functions of its own, so that the compilers see one at each place that calls.
const NUMBERS: Record<string, KeyBits<number>> = {
  u8: narrow<number>((key) => typeof key === "number" && (key & 255) === key, (key) => key | 0, (low) => low),
  u16: narrow<number>((key) => typeof key === "number" && (key & 65535) === key, (key) => key | 0, (low) => low),
  u32: narrow<number>(
    (key) => typeof key === "number" && (key >>> 0) === key,
    (key) => key | 0,
    (low) => low >>> 0,
    true,
  ),
  i8: narrow<number>((key) => typeof key === "number" && (key << 24 >> 24) === key, (key) => key | 0, (low) => low),
  i16: narrow<number>((key) => typeof key === "number" && (key << 16 >> 16) === key, (key) => key | 0, (low) => low),
  i32: narrow<number>((key) => typeof key === "number" && (key | 0) === key, (key) => key | 0, (low) => low, true),
  f16: narrow<number>(
    (key) => typeof key === "number" && (Math.f16round(key) === key || key !== key),
    (key) => {
      words[0] = 0;
      // Adding 0 makes 0 of -0. Which bits a NaN has is up to the runtime.
      float16[0] = key + 0;
      return key === key ? words[0]! : 0x7e00;
    },
    (low) => {
      words[0] = low;
      return float16[0]!;
    },
  ),
  f32: narrow<number>(
    (key) => typeof key === "number" && (Math.fround(key) === key || key !== key),
    (key) => {
      float32[0] = key + 0;
      return key === key ? words[0]! : 0x7fc00000;
    },
    (low) => {
      words[0] = low;
      return float32[0]!;
    },
  ),
  f64: wide<number>(
    (key) => typeof key === "number",
    (key) => {
      float64[0] = key + 0;
      if (key === key) return words[0]!;
      words[1] = 0x7ff80000;
      return 0;
    },
    (low, high) => {
      words[0] = low;
      words[1] = high;
      return float64[0]!;
    },
  ),
  "u64 as number": wide<number>((key) => Number.isSafeInteger(key) && key >= 0, lowOfWhole, readUnsigned),
  "i64 as number": wide<number>((key) => Number.isSafeInteger(key), lowOfWhole, readSigned),
};

function lowOfWhole(key: number): number {
  words[1] = Math.floor(key / 2 ** 32);
  return key | 0;
}

function readUnsigned(low: number, high: number): number {
  return (high >>> 0) * 2 ** 32 + (low >>> 0);
}

function readSigned(low: number, high: number): number {
  return high * 2 ** 32 + (low >>> 0);
}

const BIGINTS: Record<string, KeyBits<bigint>> = {
  i64: wide<bigint>(
    (key) => typeof key === "bigint" && key >= -(2n ** 63n) && key < 2n ** 63n,
    (key) => {
      signed[0] = key;
      return words[0]!;
    },
    (low, high) => {
      words[0] = low;
      words[1] = high;
      return signed[0]!;
    },
    true,
  ),
  u64: wide<bigint>(
    (key) => typeof key === "bigint" && key >= 0n && key < 2n ** 64n,
    (key) => {
      unsigned[0] = key;
      return words[0]!;
    },
    (low, high) => {
      words[0] = low;
      words[1] = high;
      return unsigned[0]!;
    },
    true,
  ),
};

const BOOLEANS: Record<string, KeyBits<boolean>> = {
  bool: narrow<boolean>((key) => typeof key === "boolean", (key) => key ? 1 : 0, (low) => low !== 0),
};

/** How keys of the number element with this name become bits; `undefined` when it is none of the ready ones. */
export function keyBitsOf(name: string): KeyBits<unknown> | undefined {
  return { ...NUMBERS, ...BIGINTS, ...BOOLEANS }[name] as KeyBits<unknown> | undefined;
}
