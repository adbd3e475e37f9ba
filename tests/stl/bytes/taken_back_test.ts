import assert from "node:assert/strict";
import { test } from "node:test";
import { type Allocator, Heap } from "../../../mod.ts";
import { anyBytes, anyText, SortedMap } from "../../../stl/mod.ts";
import { Random } from "../../fuzz/_random.ts";
import { SERIALS } from "./_serial_samples.ts";

/** What takes the memory of bytes away. */
const WAYS: Readonly<Record<string, (buffer: ArrayBuffer) => void>> = {
  "moved away": (buffer) => void (buffer.detached || buffer.transfer()),
  "made shorter": (buffer) => buffer.resize(70),
};

/** A heap that calls `meanwhile` when it is asked for memory the `count`th time. */
function interrupted(heap: Heap, count: number, meanwhile: () => void): Allocator {
  let asked = 0;
  return new Proxy(heap, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        if (/allocate/.test(String(key)) && ++asked === count) meanwhile();
        return Reflect.apply(value, target, given);
      };
    },
  });
}

for (const [way, take] of Object.entries(WAYS)) {
  test(`fromBytes() leaves nothing when its bytes are ${way} meanwhile`, () => {
    using heap = new Heap();
    for (const { label, make, read } of SERIALS) {
      const container = make(heap, 20, new Random(1));
      const written = container.toBytes();
      container.dispose();
      for (const count of [1, 2, 3]) {
        const bytes = new Uint8Array(new ArrayBuffer(written.length, { maxByteLength: written.length }));
        bytes.set(written);
        let isTaken = false;
        const allocator = interrupted(heap, count, () => {
          isTaken = true;
          take(bytes.buffer);
        });
        let made: Disposable | undefined;
        try {
          made = read(bytes, allocator);
        } catch (error) {
          const { name, message } = error as Error;
          assert.equal(name, "ClosedError", `${label}, ${count}: ${message}`);
          assert.match(message, /^Cannot read a \w+: its bytes were taken back meanwhile$/);
        }
        assert.equal(made === undefined, isTaken, `${label}, ${count}`);
        made?.[Symbol.dispose]();
        assert.equal(heap.liveBlocks, 0, `${label}, ${count}`);
      }
    }
  });
}

const byText = (a: unknown, b: unknown): number => String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;

test("SortedMap.fromBytes() leaves nothing when its order takes the bytes back", () => {
  using heap = new Heap();
  using map = new SortedMap(anyBytes, anyText, { allocator: heap, compare: byText });
  for (let key = 0; key < 20; key++) map.set(Uint8Array.of(key + 10), "value");
  const bytes = map.toBytes();
  const { liveBlocks } = heap;
  const compare = (a: unknown, b: unknown): number => {
    if (!bytes.buffer.detached) bytes.buffer.transfer();
    return byText(a, b);
  };
  assert.throws(() => SortedMap.fromBytes(anyBytes, anyText, bytes, { allocator: heap, compare }), {
    name: "ClosedError",
    message: "Cannot read a SortedMap: its bytes were taken back meanwhile",
  });
  assert.equal(heap.liveBlocks, liveBlocks);
});
