import type { Group } from "../../../../ffi/symbols.ts";
import type { Cases } from "../_case.ts";
import {
  alignedBlocks as aligned,
  allocation,
  heapAligned,
  heapAllocation,
  heapZeroing,
  zeroing,
} from "./allocation.ts";
import { arenaFacts, arenas, reservations } from "./arenas.ts";
import { blocks, blockSizes, identity, small, theapBlocks } from "./blocks.ts";
import { heaps, heapSettings, ownership } from "./heaps.ts";
import { cxx, posix, strings } from "./library_functions.ts";
import { hooks, options, processCalls as process, processInfo, subprocesses, threads } from "./process.ts";
import { profiling } from "./profiling.ts";
import { statistics } from "./statistics.ts";
import { theaps, visits } from "./theaps.ts";

/** The cases of every group; the compiler sees to it that none is missing. */
export const allCases: { readonly [G in Group]: Cases<G> } = {
  aligned,
  allocation,
  arenaFacts,
  arenas,
  blocks,
  blockSizes,
  cxx,
  heapAligned,
  heapAllocation,
  heaps,
  heapSettings,
  heapZeroing,
  hooks,
  identity,
  options,
  ownership,
  posix,
  process,
  processInfo,
  profiling,
  reservations,
  small,
  statistics,
  strings,
  subprocesses,
  theapBlocks,
  theaps,
  threads,
  visits,
  zeroing,
};
