import assert from "node:assert/strict";
import { AllocationError, type Allocator, Heap } from "../../../mod.ts";
import { checksumOf, HEADER } from "../../../stl/bytes/byte_format.ts";
import { type Container, FormatError } from "../../../stl/mod.ts";
import type { Random } from "../../fuzz/_random.ts";

/** A container with toBytes() and what reads its bytes. */
export interface Serial {
  /** What the container is called in messages. */
  readonly kind: string;
  /** What the test calls it. */
  readonly label: string;
  /** Makes one of some size; the same random numbers make the same contents. */
  readonly make: (allocator: Allocator, size: number, random: Random) => Container;
  readonly read: (bytes: Uint8Array, allocator: Allocator) => Container;
  /** What it holds, for comparing. */
  readonly list: (container: never) => unknown;
  /** Asserts that every operation does what it should, whatever the contents are. */
  readonly exercise: (container: never, random: Random) => void;
}

/** Gives bytes that were changed the checksum that belongs to them. */
export function forge(bytes: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checksumOf(bytes).forEach((half, index) => view.setUint32(HEADER.checksum + index * 4, half, true));
}

/** Asserts that `bytes` are refused with an offset inside of them, and that nothing is left behind. */
export function assertRefused({ kind, read }: Serial, bytes: Uint8Array, heap: Heap, what: string): void {
  const { liveBlocks } = heap;
  let refusal: unknown;
  try {
    read(bytes, heap).dispose();
  } catch (error) {
    refusal = error;
  }
  assert.ok(refusal instanceof FormatError, `${kind}, ${what}: ${refusal}`);
  const { byteOffset, message } = refusal;
  assert.ok(message.startsWith(`Cannot read a ${kind}: at byte ${byteOffset} `), message);
  assert.ok(byteOffset >= 0 && byteOffset <= Math.max(bytes.length, HEADER.byteEnd), message);
  assert.equal(heap.liveBlocks, liveBlocks, `${kind}, ${what}`);
}

/** Asserts that a container becomes bytes and is made from them again, at every alignment. */
export function assertRoundTrip(serial: Serial, heap: Heap, size: number, random: Random): void {
  const { make, read, list, exercise } = serial;
  using original = make(heap, size, random);
  const bytes = original.toBytes();
  assert.equal(bytes.length % 16, 0);
  const before = list(original as never);
  for (const byteOffset of [0, 1, 4, 8]) {
    const shifted = new Uint8Array(bytes.length + 32).subarray(byteOffset, byteOffset + bytes.length);
    shifted.set(bytes);
    using copy = read(shifted, heap);
    assert.deepEqual(list(copy as never), before, serial.label);
    // What was made has to be as good as what it was made from.
    using again = read(copy.toBytes(), heap);
    assert.deepEqual(list(again as never), before, serial.label);
    exercise(copy as never, random);
  }
  assert.deepEqual(list(original as never), before);
}

const NUMBERS = [0, 1, 2, 3, 255, 2 ** 21, 2 ** 21 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Changes bytes somewhere, most often behind the header, and makes the checksum right. */
export function mutate(bytes: Uint8Array<ArrayBuffer>, random: Random): void {
  const view = new DataView(bytes.buffer);
  const words = bytes.length / 4;
  const first = random.below(4) === 0 ? HEADER.count / 4 : HEADER.byteEnd / 4;
  const word = (): number => 4 * (first + random.below(words - first));
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = word();
    const choice = random.below(6);
    if (choice === 0) bytes[at + random.below(4)]! ^= 1 << random.below(8);
    else if (choice === 1) view.setUint32(at, NUMBERS[random.below(NUMBERS.length)]!, true);
    else if (choice === 2) view.setUint32(at, view.getUint32(word(), true), true);
    else if (choice === 3) bytes.copyWithin(at, word(), bytes.length - random.below(16));
    else if (choice === 4) bytes[at + random.below(4)] = random.below(256);
    else view.setUint32(at, view.getUint32(at, true) + (random.below(2) * 2 - 1), true);
  }
  forge(bytes);
}

/** Asserts that forged bytes are refused or make a container that works. Returns how many were read. */
export function assertForged(serial: Serial, heap: Heap, count: number, random: Random): number {
  const { liveBlocks } = heap;
  let taken = 0;
  for (let turn = 0; turn < count; turn++) {
    using original = serial.make(heap, 1 + random.below(12), random);
    const bytes = original.toBytes();
    mutate(bytes, random);
    let copy: Container;
    try {
      copy = serial.read(bytes, heap);
    } catch (error) {
      if (error instanceof FormatError) continue;
      throw error;
    }
    taken++;
    serial.exercise(copy as never, random);
    copy.dispose();
  }
  assert.equal(heap.liveBlocks, liveBlocks, serial.label);
  return taken;
}

/** Asserts that reading `bytes` with too little memory leaves nothing behind. Returns how often it was too little. */
export function assertLimited(
  { label, read, list }: Serial,
  bytes: Uint8Array,
  expected: unknown,
  most: number,
): number {
  let failures = 0;
  for (let limit = 16; limit <= most; limit += Math.ceil(most / 40)) {
    const heap = new Heap({ limit });
    try {
      using copy = read(bytes, heap);
      assert.deepEqual(list(copy as never), expected);
    } catch (error) {
      if (!(error instanceof AllocationError)) throw error;
      failures++;
    }
    assert.equal(heap.liveBlocks, 0, `${label} with ${limit} bytes`);
    heap.close();
  }
  return failures;
}
