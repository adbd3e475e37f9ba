/**
 * Does a task in rounds, has the garbage collected after each, and prints what memory the process has then, and how many
 * callbacks of C were opened and not closed: one has less than a kilobyte, which the memory does not show.
 */
import process from "node:process";
import { backend } from "../../../ffi/runtime/backend.ts";
import type { Callback } from "../../../ffi/types.ts";
import { arenas, Heap, onError, onOutput, statsText } from "../../../mod.ts";
import { f64, struct, u32, Vector } from "../../../stl/mod.ts";

const ROUNDS = 4;

const { gc } = globalThis as unknown as { gc(): void };
const Point = struct({ x: f64, id: u32 }, { name: "Point" });
const heap = new Heap();
const view = heap.allocate(Uint8Array, Point.byteLength * 16);
const vector = new Vector(Point, { allocator: heap });
vector.push({ x: 1, id: 2 });

let callbacks = 0;

function countCallbacks(): void {
  const create = backend().createCallback.bind(backend());
  Object.defineProperty(backend(), "createCallback", {
    value: (...values: Parameters<typeof create>): Callback => {
      const callback = create(...values);
      const close = callback.close.bind(callback);
      callbacks++;
      const counted = (): void => {
        callbacks--;
        close();
      };
      return Object.defineProperty(callback, "close", { value: counted });
    },
  });
}

function useTexts(): void {
  const listening = [onError(() => {}), onOutput(() => {})];
  statsText();
  arenas();
  for (const each of listening) each[Symbol.dispose]();
}

function useAccessors(): void {
  for (let index = 0; index < 16; index++) Point.at(view, index * Point.byteLength).id = index;
  vector.at(0)!.x = 5;
}

countCallbacks();
const [task, times] = process.argv[2] === "texts" ? [useTexts, 1500] : [useAccessors, 40_000];
const resident = Array.from({ length: ROUNDS }, () => {
  for (let time = 0; time < times; time++) task();
  gc();
  return process.memoryUsage().rss;
});
process.stdout.write(JSON.stringify({ resident, callbacks }));
