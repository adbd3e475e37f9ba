import { parentPort } from "node:worker_threads";
import { Heap } from "../../../mod.ts";
import {
  type AccessorOf,
  anyText,
  f64,
  HashMap,
  struct,
  type StructVector,
  text,
  u32,
  Vector,
} from "../../../stl/mod.ts";
import { type Message, receive, send } from "../../../threads/mod.ts";

const Point = struct({ x: f64, index: u32, name: text(6) }, { name: "Point" });

/** What the Worker adds up and answers with. */
export type SumOrder = Message<{
  readonly index: HashMap<string, number>;
  readonly rows: object;
  readonly alone: object;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly add: number;
}>;

/** The same as this thread knows it. */
type Order = Message<{
  readonly index: HashMap<string, number>;
  readonly rows: StructVector<typeof Point>;
  readonly alone: AccessorOf<typeof Point>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly add: number;
}>;

const heap = new Heap({ name: "there" });

parentPort!.on("message", (message: Order) => {
  const { index, rows, alone, bytes, add } = receive(message, heap, {
    index: (options) => new HashMap(anyText, u32, options),
    rows: (options) => new Vector(Point, options),
    alone: Point,
  });
  let sum = alone.index + bytes.reduce((total, byte) => total + byte, 0) + add;
  for (const [, value] of index) sum += value;
  for (const row of rows) sum += row.index;
  rows.dispose();
  Point.free(heap, alone);
  heap.free(bytes);
  index.set("sum", sum);
  send(parentPort!, index);
});
