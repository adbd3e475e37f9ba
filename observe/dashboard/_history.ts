import { countAllocations } from "../metrics/count_allocations.ts";
import { metrics } from "../metrics/metrics.ts";
import type { Metrics } from "../metrics/metrics_types.ts";
import type { DashboardSample } from "./dashboard_state.ts";

/** Readings that are kept: ten minutes of one each second. */
const MOST = 600;

/** The last readings of the metrics, until it is disposed of. */
export class History implements Disposable {
  readonly #counting = countAllocations();
  readonly #samples: DashboardSample[] = [];
  #latest!: Metrics;

  /** Begins with a reading. */
  constructor() {
    this.read();
  }

  /** The last reading in full. */
  get latest(): Metrics {
    return this.#latest;
  }

  /** Reads once more. */
  read(): void {
    this.#latest = metrics();
    const number = (this.#samples.at(-1)?.number ?? 0) + 1;
    this.#samples.push(toSample(this.#latest, number));
    if (this.#samples.length > MOST) this.#samples.shift();
  }

  /** The readings behind `number`. */
  after(number: number): readonly DashboardSample[] {
    const last = this.#samples.at(-1)!.number;
    // Of a page that another run of the program has made.
    if (number > last) return this.#samples;
    return number === last ? [] : this.#samples.slice(-(last - number));
  }

  [Symbol.dispose](): void {
    this.#counting[Symbol.dispose]();
  }
}

function toSample(reading: Metrics, number: number): DashboardSample {
  const limits = reading.heaps.map(({ limit_bytes: limit }) => limit).filter((limit) => limit !== null);
  const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
  return {
    number,
    time: Date.parse(reading.timestamp),
    liveBytes: sum(reading.threads.map(({ live_bytes: bytes }) => bytes)),
    commitBytes: reading.current_commit,
    residentBytes: reading.current_rss,
    limitBytes: limits.length === 0 ? null : sum(limits),
    liveBlocks: sum(reading.threads.map(({ live_blocks: blocks }) => blocks)),
    allocations: sum(reading.threads.map(({ allocations }) => allocations ?? 0)),
  };
}
