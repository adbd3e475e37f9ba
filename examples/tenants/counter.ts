// A well-behaved plug-in: counts the words that it is sent, and keeps them in its own memory.
import { parentPort } from "node:worker_threads";
import { Heap } from "../../mod.ts";
import { HashMap, text, u32 } from "../../stl/mod.ts";

const heap = new Heap({ name: "words" });
const counts = new HashMap(text(32), u32, { allocator: heap });

parentPort!.on("message", (line: string) => {
  for (const word of line.split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
  parentPort!.postMessage(Object.fromEntries(counts.entries()));
});
