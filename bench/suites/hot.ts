import { library } from "../../ffi/mod.ts";
import { churnAddresses, churnViews } from "../hot/churn.ts";
import { heapsInTurn } from "../hot/heaps_in_turn.ts";
import { pooled10, pooled100, pooled20 } from "../hot/pooled.ts";
import { raw } from "../hot/raw.ts";
import { garbage64, slice4096, slice64 } from "../hot/slice.ts";
import { view } from "../hot/view.ts";
import type { Suite } from "../suite.ts";

// Opening the library sets options that only count before the first allocation,
// which must not be that of another arm.
library();

/** What allocating and freeing costs on the paths that programs take most often. */
export const suite: Suite = {
  name: "hot",
  groups: [
    raw,
    view,
    heapsInTurn,
    slice64,
    garbage64,
    slice4096,
    pooled10,
    pooled100,
    pooled20,
    churnAddresses,
    churnViews,
  ],
};
