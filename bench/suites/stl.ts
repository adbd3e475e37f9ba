import { library } from "../../ffi/mod.ts";
import { bytesGroups } from "../stl/hash_bytes.ts";
import { lruGroup } from "../stl/hash_lru.ts";
import { mapGroups } from "../stl/hash_map.ts";
import type { Suite } from "../suite.ts";

// Opening the library sets options that only count before the first allocation,
// which must not be that of another arm.
library();

/** What containers outside of the garbage-collected heap cost beside those of JavaScript. */
export const suite: Suite = {
  name: "stl",
  groups: [...mapGroups, ...bytesGroups, lruGroup],
};
