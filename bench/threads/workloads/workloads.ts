import { larson } from "./larson.ts";
import { mstress } from "./mstress.ts";
import type { Workload } from "./work.ts";
import { xmallocTest } from "./xmalloc_test.ts";

/** Those of mimalloc-bench that are about threads, by the names of their programs in C. */
export const WORKLOADS: Readonly<Record<string, Workload>> = { larson, "xmalloc-test": xmallocTest, mstress };
