import { Buffer } from "node:buffer";
import { deflateSync, inflateSync } from "node:zlib";
import { shown } from "../../heaps/argument.ts";
import { Buckets } from "./_buckets.ts";

// "V2" of HdrHistogram. 0x10 says that counts are packed.
const COOKIE = 0x1c849303 | 0x10;
const COMPRESSED_COOKIE = 0x1c849304 | 0x10;
const HEAD_BYTES = 40;
const PACKED_BYTES = 9;
// A histogram of five digits that reaches to 2^53 has 2^17 × 37 buckets of up to 9 bytes.
const MOST_BYTES = 2 ** 26;

/** What a file holds. */
export interface HistogramContents {
  readonly buckets: Buckets;
  readonly counts: Float64Array<ArrayBuffer>;
}

/** The counts up to the last one that is not 0, in HdrHistogram's compressed form, version 2. */
export function encodeHistogram({ buckets, counts }: HistogramContents): Uint8Array<ArrayBuffer> {
  const used = counts.findLastIndex((count) => count > 0) + 1;
  const bytes = new Uint8Array(HEAD_BYTES + used * PACKED_BYTES);
  const end = packCounts(counts.subarray(0, used), bytes, HEAD_BYTES);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, COOKIE);
  head.setUint32(4, end - HEAD_BYTES);
  head.setUint32(12, buckets.significantDigits);
  head.setBigInt64(16, BigInt(buckets.lowest));
  head.setBigInt64(24, BigInt(buckets.highest));
  head.setFloat64(32, 1);
  const compressed = deflateSync(bytes.subarray(0, end));
  const whole = new Uint8Array(8 + compressed.length);
  const front = new DataView(whole.buffer);
  front.setUint32(0, COMPRESSED_COOKIE);
  front.setUint32(4, compressed.length);
  whole.set(compressed, 8);
  return whole;
}

/** Zig-zag numbers of 7 bits to a byte: counts are positive, runs of zeros negative. Returns where they end. */
function packCounts(counts: Float64Array, bytes: Uint8Array, start: number): number {
  let at = start;
  for (let index = 0; index < counts.length;) {
    let value = 2 * counts[index]!;
    let zeros = 0;
    while (counts[index + zeros] === 0) zeros++;
    if (zeros > 0) value = 2 * zeros - 1;
    index += Math.max(1, zeros);
    while (value >= 128) {
      bytes[at++] = value % 128 + 128;
      value = Math.floor(value / 128);
    }
    bytes[at++] = value;
  }
  return at;
}

/** Throws `RangeError` that bytes are no histogram, because of `reason`. */
function refuse(reason: string): never {
  throw new RangeError(`Cannot read a histogram: ${reason}`);
}

/**
 * What {@linkcode encodeHistogram}, or any other writer of that form, has written.
 *
 * Throws `RangeError` for bytes of any other kind, and for damaged ones.
 */
export function decodeHistogram(whole: Uint8Array): HistogramContents {
  const bytes = inflate(whole);
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEAD_BYTES || head.getUint32(0) !== COOKIE) refuse("its counts are not in version 2 of the form");
  if (head.getUint32(4) !== bytes.length - HEAD_BYTES) refuse("it is cut short, or longer than it says");
  // HdrHistogram for JavaScript writes 1 where nothing is shifted (3.0.1).
  if (head.getUint32(8) > 1) refuse("its counts are shifted, as a histogram of fractions has them");
  const digits = head.getUint32(12);
  const [lowest, highest] = [Number(head.getBigInt64(16)), Number(head.getBigInt64(24))];
  const shape = shapeFault(lowest, highest, digits);
  if (shape !== undefined) refuse(shape);
  const buckets = new Buckets(lowest, highest, digits);
  return { buckets, counts: unpackCounts(bytes.subarray(HEAD_BYTES), buckets.count) };
}

function inflate(whole: Uint8Array): Uint8Array {
  if (whole.length < 8) refuse(`it has ${whole.length} bytes`);
  const front = new DataView(whole.buffer, whole.byteOffset, whole.length);
  if (front.getUint32(0) !== COMPRESSED_COOKIE) refuse("it is not HdrHistogram's compressed form, version 2");
  if (front.getUint32(4) !== whole.length - 8) refuse("it is cut short, or longer than it says");
  try {
    return inflateSync(Buffer.from(whole.buffer, whole.byteOffset + 8, whole.length - 8), {
      maxOutputLength: MOST_BYTES,
    });
  } catch (error) {
    throw new RangeError("Cannot read a histogram: it is damaged", { cause: error });
  }
}

/** Why there is no histogram of this shape. */
export function shapeFault(lowest: number, highest: number, digits: number): string | undefined {
  if (!Number.isInteger(digits) || digits < 1 || digits > 5) {
    return `${shown(digits)} significant digits are not 1 to 5`;
  }
  if (!Number.isSafeInteger(lowest) || lowest < 1 || lowest > 2 ** 31) {
    return `lowest ${shown(lowest)} is not 1 to 2^31`;
  }
  if (Number.isSafeInteger(highest) && highest >= 2 * lowest) return undefined;
  return `highest ${shown(highest)} is not an integer from 2 × lowest to 2^53 - 1`;
}

function unpackCounts(bytes: Uint8Array, length: number): Float64Array<ArrayBuffer> {
  const counts = new Float64Array(length);
  let index = 0;
  for (let at = 0; at < bytes.length;) {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = bytes[at++] ?? refuse("its last count is cut short");
      value += byte % 128 * scale;
      if (byte < 128) break;
    }
    if (value > 2 * Number.MAX_SAFE_INTEGER) refuse("it counts further than 2^53");
    if (value % 2 === 1) index += (value + 1) / 2;
    else if (index < length) counts[index++] = value / 2;
    else index++;
    if (index > length) refuse("it has more counts than buckets");
  }
  return counts;
}
