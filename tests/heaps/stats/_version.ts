import { library } from "../../../ffi/mod.ts";

/** Whether the loaded version hands its statistics out as a structure. */
export const STRUCTURED: boolean = library().has("mi_stats_get");

/** The first number of the loaded version. */
export const MAJOR: number = library().version.major;
