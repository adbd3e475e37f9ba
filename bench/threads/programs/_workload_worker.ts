// Plays the part of a workload that its first message names.
import { memoryOf } from "../workloads/memory_of.ts";
import type { Begin, Here } from "../workloads/work.ts";
import { WORKLOADS } from "../workloads/workloads.ts";

const here = globalThis as unknown as Here;

here.onmessage = ({ data }): void => {
  const { arm, workload, ports } = data as Begin;
  WORKLOADS[workload]!.inWorker(memoryOf(arm), here, ports);
  here.postMessage("ready");
};
