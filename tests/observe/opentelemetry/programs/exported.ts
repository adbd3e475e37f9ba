// What Deno's own exporter sends while it runs; it ends when its standard input does.
import { metrics } from "@opentelemetry/api";
import process from "node:process";
import { Heap } from "../../../../mod.ts";
import { LeakDetector } from "../../../../observe/mod.ts";
import { observeMetrics } from "../../../../observe/opentelemetry/mod.ts";
import { leakAtTwelveSites } from "../../_leaking_sites.ts";

const heap = new Heap({ name: "orders", limit: 10_000 });
heap.allocate(Uint8Array, 1500);
try {
  heap.allocate(Uint8Array, 20_000);
} catch {
  // It counts as a failure.
}
const leaks = new LeakDetector({ level: "all" });
leakAtTwelveSites();
observeMetrics(metrics.getMeter("shop"), { leaks });
process.stdin.on("end", () => process.exit(0)).resume();
