import { library } from "../../ffi/mod.ts";
import { bumpGroups } from "../stl/bump.ts";
import { gauges } from "../stl/gauges.ts";
import { bytesGroups } from "../stl/hash_bytes.ts";
import { lruGroup } from "../stl/hash_lru.ts";
import { mapGroups } from "../stl/hash_map.ts";
import { serialiseGroups } from "../stl/serialise.ts";
import { structGroups } from "../stl/structs.ts";
import type { Suite } from "../suite.ts";

// Opening the library sets options that only count before the first allocation,
// which must not be that of another arm.
library();

/** What memory outside of the garbage-collected heap costs beside that of JavaScript. */
export const suite: Suite = {
  name: "stl",
  groups: [...structGroups, ...bumpGroups, ...mapGroups, ...bytesGroups, lruGroup, ...serialiseGroups],
  gauges,
};
