import type { OptionValues } from "./option_values.ts";

/** The presets by name. */
export interface Presets {
  /** For servers: problems are reported, and no allocation waits for a huge page. */
  readonly production: OptionValues;
  /** For small machines: memory goes back to the system as soon as it is free. */
  readonly lowMemory: OptionValues;
  /** For finding faults: everything that mimalloc can say is printed. */
  readonly debug: OptionValues;
  /** For even response times: memory that was used once stays. */
  readonly latency: OptionValues;
}

/**
 * Settings for four situations, to be given to `options.apply`, or to `environment` for a program to be started. They
 * hold the names of all versions; `options.apply` uses those that the loaded one has.
 *
 * **production**
 *
 * - `show_errors: 1`: mimalloc is silent about corruption and lack of memory unless this is on;
 *   `onOutput` receives the text.
 * - `allow_thp: 0` (2.2.6 to 2.4.1, from 3.1.6): a fresh huge page costs 4 to 6 ms inside one
 *   allocation. Only before the first allocation; on 3.6 opening the library has done it already
 *   unless `MIMALLOC_ALLOW_THP` is set.
 *
 * **lowMemory**
 *
 * - `purge_delay: 0` (from 2.1.2), before it `decommit_delay: 0` and `segment_decommit_delay: 0`: freed
 *   memory goes back at once instead of after seconds and a collection. Destroying a heap of 64 MiB takes
 *   9 ms instead of 0.1 ms.
 * - `arena_reserve: 65536` (from 2.1.2, KiB): 64 MiB of address space at a time instead of 1 GiB, whose
 *   bookkeeping costs 0.12 KiB for each MiB and heap on 3.6. Only before the first allocation.
 *
 * **debug**
 *
 * - `show_errors: 1`, `show_stats: 1`, `verbose: 1`: errors, statistics at the end of the program,
 *   and what mimalloc does.
 * - `max_errors: 1000`, `max_warnings: 1000`: more than the first 16 or 32; in the environment only.
 * - `guarded_sample_rate: 1000`: a block gets a guard page about every 1000 blocks (from 2.1.8) or
 *   bytes (3.6), in builds that can.
 *
 * **latency**
 *
 * - `purge_delay: -1` (from 2.1.2): free memory is never given back, so that it is never faulted in
 *   again. Before it -1 means at once, hence `decommit_delay` and `segment_decommit_delay` of an hour.
 * - `generic_collect: 1000000` (2.2.2 to 2.4.1, 3.0.2, 3.0.3, from 3.1.4): the automatic collection
 *   that walks all pages comes after a million slow allocations instead of 10,000; each one is a pause
 *   of about 50 µs.
 * - `stats_merge_threshold: 0` (3.6): a thread does not add its statistics up in the middle of an
 *   allocation, which took 8,140 instructions instead of 659.
 * - `page_full_retain: 0` (from 3.0.0): a page that is full is put aside by the allocation that finds it, and not
 *   several by a later one, which took 426 instructions instead of 310.
 * - `allow_thp: 0` (3.6): as above.
 *
 * @example
 * ```ts
 * import { options, presets } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const leftOut = options.apply(presets.production);
 * assert.equal(options.get("show_errors"), 1);
 * assert.ok(!leftOut.includes("show_errors"));
 * options.disable("show_errors");
 * ```
 */
export const presets: Presets = {
  production: { show_errors: 1, allow_thp: 0 },
  lowMemory: { purge_delay: 0, decommit_delay: 0, segment_decommit_delay: 0, arena_reserve: 65_536 },
  debug: {
    show_errors: 1,
    show_stats: 1,
    verbose: 1,
    max_errors: 1000,
    max_warnings: 1000,
    guarded_sample_rate: 1000,
  },
  latency: {
    purge_delay: -1,
    decommit_delay: 3_600_000,
    segment_decommit_delay: 3_600_000,
    generic_collect: 1_000_000,
    stats_merge_threshold: 0,
    page_full_retain: 0,
    allow_thp: 0,
  },
};
