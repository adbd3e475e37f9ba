import { library } from "../../../ffi/mod.ts";
import { stats } from "../../../mod.ts";

const loaded = library();

/** Whether the loaded version hands its statistics out as a structure. */
export const STRUCTURED: boolean = loaded.has("mi_stats_get");

/** Whether the loaded build counts single blocks. */
export const DETAILED: boolean = stats().detailed;

/** Whether it counts frees by themselves, as 3.6 does. */
export const COUNTS_FREES: boolean = stats().freeCount !== undefined;

/** Whether heaps have statistics of their own. 3.2.8 keeps them in a form that it then refuses. */
export const HEAP_STATS: boolean = loaded.has("mi_heap_stats_get") && loaded.versionText !== "3.2.8";

/** The first number of the loaded version. */
export const MAJOR: number = loaded.version.major;
