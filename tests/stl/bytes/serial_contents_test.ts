import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { HEADER } from "../../../stl/bytes/byte_format.ts";
import {
  anyText,
  BitSet,
  bool,
  bytes,
  f64,
  FormatError,
  HashMap,
  HashSet,
  SlotMap,
  StringTable,
  struct,
  u32,
  u8,
} from "../../../stl/mod.ts";
import { forge } from "./_serial.ts";

/** Where the contents of one section, and those of two, begin. */
const CONTENTS = 80;

/** A copy with bytes changed behind the header, and a checksum that is right. */
function forged(written: Uint8Array<ArrayBuffer>, changes: Record<number, number>): Uint8Array<ArrayBuffer> {
  const copy = written.slice();
  for (const [at, byte] of Object.entries(changes)) copy[Number(at)] = byte;
  forge(copy);
  return copy;
}

function assertRefuses(heap: Heap, read: () => unknown, byteOffset: number, state: RegExp): void {
  const { liveBlocks } = heap;
  assert.throws(read, (error) => {
    assert.ok(error instanceof FormatError, `${error}`);
    assert.match(error.message, state);
    assert.equal(error.byteOffset, byteOffset, error.message);
    return true;
  });
  assert.equal(heap.liveBlocks, liveBlocks);
}

test("fromBytes() refuses keys that could not be found", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  using floats = new HashSet(f64, options);
  const zero = floats.add(1).toBytes();
  for (const [high, low] of [[0x80, 0], [0xff, 0xf8], [0x7f, 0xf4]] as const) {
    const given = forged(zero, { [CONTENTS + 7]: high, [CONTENTS + 6]: low });
    assertRefuses(heap, () => HashSet.fromBytes(f64, given, options), CONTENTS, /there is no key of its kind$/);
  }
  using small = new HashSet(u8, options);
  const large = forged(small.add(1).toBytes(), { [CONTENTS + 1]: 1 });
  assertRefuses(heap, () => HashSet.fromBytes(u8, large, options), CONTENTS, /there is no key of its kind$/);
  using flags = new HashSet(bool, options);
  const two = forged(flags.add(true).toBytes(), { [CONTENTS]: 2 });
  assertRefuses(heap, () => HashSet.fromBytes(bool, two, options), CONTENTS, /there is no key of its kind$/);

  using digests = new HashSet(bytes(3), options);
  const tail = forged(digests.add(new Uint8Array(3)).toBytes(), { [CONTENTS + 3]: 1 });
  assertRefuses(heap, () => HashSet.fromBytes(bytes(3), tail, options), CONTENTS, /there is no key of its kind$/);
  const Padded = struct({ a: u8, b: u32 });
  using structs = new HashSet(Padded, options);
  const padding = forged(structs.add({ a: 1, b: 2 }).toBytes(), { [CONTENTS + 2]: 1 });
  assertRefuses(heap, () => HashSet.fromBytes(Padded, padding, options), CONTENTS, /there is no key of its kind$/);
  using texts = new HashSet(anyText, options);
  // Lengths, bytes and an index are three sections, whose own lengths take 16 bytes more.
  const text = CONTENTS + 16 + 16;
  const latin = forged(texts.add("ab").toBytes(), { [text + 1]: 0xe9 });
  assertRefuses(heap, () => HashSet.fromBytes(anyText, latin, options), text, /there is no text in UTF-8$/);
});

test("fromBytes() refuses keys that are there twice", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  using numbers = new HashSet(u32, options);
  const written = numbers.add(1).add(2).toBytes();
  const twice = forged(written, { [CONTENTS]: 2, [CONTENTS + 4]: 2 });
  assertRefuses(heap, () => HashSet.fromBytes(u32, twice, options), CONTENTS + 4, /key 1 is equal to one before it$/);
  using table = new StringTable(options);
  table.intern("a");
  table.intern("b");
  const same = forged(table.toBytes(), { [CONTENTS + 17]: 0x61 });
  assertRefuses(heap, () => StringTable.fromBytes(same, options), CONTENTS, /key 1 is equal to one before it$/);
});

test("fromBytes() refuses lengths of values that differ from their section", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  using table = new StringTable(options);
  table.intern("abc");
  table.intern("de");
  const written = table.toBytes();
  const read = (changes: Record<number, number>) => () => StringTable.fromBytes(forged(written, changes), options);
  assertRefuses(heap, read({ [CONTENTS + 4]: 3 }), CONTENTS + 4, /value 1 ends behind its section$/);
  assertRefuses(heap, read({ [CONTENTS + 3]: 255 }), CONTENTS, /value 0 ends behind its section$/);
  assertRefuses(heap, read({ [CONTENTS + 4]: 1 }), CONTENTS + 16 + 4, /the values end, and their section does not$/);
});

test("fromBytes() refuses values of a HashMap that are not text", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  using names = new HashMap(u32, anyText, options);
  const written = names.set(1, "x").toBytes();
  // Behind the lengths of four sections, the key and the length of the text.
  const text = 64 + 4 * 8 + 16 + 16;
  const given = forged(written, { [text]: 0xff });
  assertRefuses(heap, () => HashMap.fromBytes(u32, anyText, given, options), text, /no text in UTF-8$/);
});

test("fromBytes() refuses generations of a SlotMap and bits of a BitSet that do not fit the count", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  using map = new SlotMap(f64, options);
  map.delete(map.add(1));
  map.add(2);
  map.add(3);
  const written = map.toBytes();
  const generations = CONTENTS + 16;
  const read = (changes: Record<number, number>) => () => SlotMap.fromBytes(f64, forged(written, changes), options);
  assertRefuses(heap, read({ [generations]: 2 }), HEADER.count, /the count is 2, and 1 places have a value$/);
  assertRefuses(heap, read({ [generations + 2]: 0x20 }), generations, /the generation \d+ is above 2097152$/);
  assertRefuses(heap, read({ [HEADER.extra]: 1 }), generations, /places begin at 1, no even number up to 1048576$/);
  assertRefuses(heap, read({ [HEADER.extra + 2]: 0x11 }), generations, /places begin at 1114112, no even/);

  using set = new BitSet(options);
  const bits = set.add(3).add(40).toBytes();
  const more = forged(bits, { [CONTENTS]: 9 });
  assertRefuses(heap, () => BitSet.fromBytes(more, options), HEADER.count, /the count is 2, and 3 bits are set$/);
});
