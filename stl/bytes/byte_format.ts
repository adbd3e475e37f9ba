import { type Checksum, checksum, CHECKSUM_BYTES } from "./_checksum.ts";

/**
 * What the bytes of a container begin with. All numbers are little-endian; those of 64 bits are whole
 * numbers below 2^53. The lengths of the sections follow, 8 bytes each; then the sections, each from the next
 * multiple of 16 on, the last one filled up to one. The checksum is that of everything behind it.
 */
export const HEADER = {
  magic: 0,
  checksum: 8,
  version: 16,
  kind: 20,
  layout: 24,
  byteLength: 32,
  count: 40,
  extra: 48,
  sections: 56,
  byteEnd: 64,
} as const;

/** What tells the bytes of a container from others, and from those that were changed as lines of text. */
export const MAGIC: Uint8Array<ArrayBuffer> = Uint8Array.of(0x89, 0x6d, 0x69, 0x43, 0x0d, 0x0a, 0x1a, 0x0a);

/** The version that is written, and the only one that is read. */
export const VERSION = 1;

/** The kinds of containers; their indexes are written, so new ones come last. */
export const KINDS = [
  "Vector",
  "SoaVector",
  "Deque",
  "BitSet",
  "SlotMap",
  "PriorityQueue",
  "SortedMap",
  "HashMap",
  "HashSet",
  "LruMap",
  "StringTable",
  "Text",
  "SoaSlotMap",
  "MultiMap",
] as const;

/** The name of a kind of container. */
export type ContainerKind = typeof KINDS[number];

/** The next multiple of 16. */
export function alignSection(byteOffset: number): number {
  return Math.ceil(byteOffset / CHECKSUM_BYTES) * CHECKSUM_BYTES;
}

/** What a layout is compared by. */
export function layoutHash(layout: string): Checksum {
  const text = new TextEncoder().encode(layout);
  const bytes = new Uint8Array(alignSection(text.length));
  bytes.set(text);
  return checksum(new Int32Array(bytes.buffer));
}

/** The checksum of the bytes of a container. */
export function checksumOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Checksum {
  return checksum(new Int32Array(buffer, byteOffset + HEADER.version, (byteLength - HEADER.version) / 4));
}
