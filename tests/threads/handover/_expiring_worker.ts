import { parentPort } from "node:worker_threads";
import { Heap } from "../../../mod.ts";
import { anyText, LruMap, u32 } from "../../../stl/mod.ts";
import { type Message, receive, send } from "../../../threads/mod.ts";

const heap = new Heap({ name: "there" });

/** Answers with the time that the entry "kept" has left, and then sends the map back. */
parentPort!.on("message", (message: Message<LruMap<string, number>>) => {
  const map = receive(message, heap, (options) => new LruMap(anyText, u32, { ...options, maxEntries: 9, ttl: 50 }));
  map.set("added", 2, { ttl: 1e6 });
  send(parentPort!, { left: map.getRemainingTTL("kept"), map });
});
