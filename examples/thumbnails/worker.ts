// A Worker of the thumbnail server: gets pictures, makes them smaller, and hands the result back.
import { parentPort } from "node:worker_threads";
import { Heap, ScopePool } from "../../mod.ts";
import { type Message, nameThread, receive, send } from "../../threads/mod.ts";
import { memoryOf } from "../core/memory.ts";
import { PictureError, readPicture } from "../images/picture.ts";
import { resize } from "../images/resize.ts";
import type { Finished, Order, Refused } from "./messages.ts";

nameThread("thumbnails");
const heap = new Heap({ name: "thumbnails" });
const pool = new ScopePool({ name: "thumbnails" });

/** The small picture in a block of its own; all that is made on the way ends with the scope. */
function shrink({ bytes, width }: Order): Uint8Array<ArrayBuffer> {
  using scope = pool.open();
  const picture = readPicture(bytes);
  return heap.bytes(resize(picture, Math.min(width, picture.width), memoryOf(scope)));
}

parentPort!.on("message", (message: Message<Order>) => {
  const order = receive(message, heap);
  try {
    send<Finished>(parentPort!, { id: order.id, bytes: shrink(order) });
  } catch (error) {
    const refused: Refused = {
      id: order.id,
      reason: (error as Error).message,
      isPicture: !(error instanceof PictureError),
    };
    parentPort!.postMessage(refused);
  } finally {
    heap.free(order.bytes);
  }
});
