import { library } from "../../ffi/mod.ts";
import { stats } from "../stats/read.ts";
import type { Suite } from "../suite.ts";

// Opening the library sets options that only count before the first allocation,
// which must not be that of another arm.
library();

/** What reading statistics costs, with few heaps and many. */
export const suite: Suite = { name: "stats", groups: [1, 10, 100].map(stats) };
