import type { Memory } from "../core/memory.ts";
import type { ScopePoolFigures } from "../core/process_metrics.ts";
import type { Output } from "./output.ts";
import type { Report } from "./report.ts";
import type { RegionValues } from "./summarise.ts";

/** What became of a report. */
export type Outcome = "created" | "updated" | "stale";

/** A way through all devices, which may change meanwhile: each is written as it is then. */
export interface Walk {
  /** Writes devices until `output` has `length`; false when none are left. */
  next(output: Output, length: number): boolean;
}

/** What a store tells of its memory. */
export interface StoreFigures {
  /** Bytes that are live in the heap of the store. */
  readonly liveBytes: number;
  /** Bytes that its containers say they hold. */
  readonly containerBytes: number;
  readonly limitBytes: number;
  readonly scopes: ScopePoolFigures;
}

/** One way to keep devices. Ids are given as the UTF-8 from `start` to `end`. */
export interface Store {
  readonly name: "memory" | "objects" | "sqlite";
  /** Number of devices. */
  readonly size: number;
  /** The newest time that was ever reported; 0 at first. */
  readonly newest: number;
  /** Makes room for `devices`, which follow at once in an empty store; `filled` comes behind them. */
  reserve(devices: number): void;
  /** Says that what `reserve` was called for is there. */
  filled(): void;
  /** Runs `task` with memory that is given back once it settles. */
  run<R>(task: (memory: Memory) => Promise<R>): Promise<R>;
  /** Runs `task`, which takes many reports, as one change where the store knows such a thing. */
  batch(task: () => void): void;
  /** Takes a report, or leaves everything as it was when it throws. */
  upsert(report: Report): Outcome;
  /** Writes a device; whether there is one. */
  find(bytes: Uint8Array, start: number, end: number, output: Output): boolean;
  /** Forgets a device; whether there was one. */
  delete(bytes: Uint8Array, start: number, end: number): boolean;
  /** Forgets devices of before a time, the oldest first, until `most` or a few more are gone; how many. */
  expire(before: number, most: number): number;
  /** Writes the devices of before a time, the oldest first, of one time by id. */
  stale(since: number, limit: number, output: Output): void;
  /** Writes the devices within `radius` metres of a place in degrees, the nearest first, then by id. */
  nearby(latitude: number, longitude: number, radius: number, limit: number, output: Output): void;
  /** The values of every region, by its name. */
  regions(memory: Memory): Iterable<RegionValues>;
  /** A way through all devices by time, then id. */
  walk(memory: Memory): Walk;
  /** Writes everything to a file, whole or not at all. */
  save(path: string): void;
  /** Reads what `save` wrote into an empty store; throws {@linkcode SnapshotError} for anything else. */
  load(path: string): Promise<void> | void;
  /** Figures of its memory; `undefined` in a store that the runtime keeps. */
  figures(): StoreFigures | undefined;
  /** The status to answer when `error` says that there is no memory. */
  refusal(error: unknown): 507 | 503 | undefined;
  /** Gives everything back; what is live then, in words. */
  close(): string;
}
