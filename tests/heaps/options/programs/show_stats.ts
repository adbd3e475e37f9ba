/** Allocates a little and ends in the way that `END` names, with the statistics asked for in the way that `ASK` names. */
import process from "node:process";
import { Heap, options, presets } from "../../../../mod.ts";

const ways: Record<string, () => void> = {
  environment: () => {},
  option: () => options.set("show_stats", true),
  preset: () => void options.apply(presets.debug),
  nothing: () => {},
};
using heap = new Heap();
ways[process.env["ASK"]!]!();
heap.allocate(Uint8Array, 1000);
if (process.env["END"] === "exit") process.exit(3);
