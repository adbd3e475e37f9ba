import { BinaryReader } from "./binary_reader.ts";
import { JsonReader } from "./json_reader.ts";
import type { Report } from "./report.ts";
import type { Store } from "./store.ts";

/** The most devices that one request makes expire, but for the others of the last time. */
const MOST_EXPIRED = 10_000;

/** Takes the reports of one body. */
export class Ingest {
  readonly #store: Store;
  readonly #keepSeconds: number;
  readonly #reader: BinaryReader | JsonReader;
  #created = 0;
  #updated = 0;
  #stale = 0;

  /**
   * Begins with none; devices that are older than the newest by `keepSeconds` expire, unless that is 0. So a time
   * above `latest` is refused: one clock that is wrong would make all others expire.
   */
  constructor(store: Store, keepSeconds: number, kind: "binary" | "json", latest: number = Infinity) {
    this.#store = store;
    this.#keepSeconds = keepSeconds;
    const take = (report: Report): void => this.#take(report);
    this.#reader = kind === "binary" ? new BinaryReader(take, latest) : new JsonReader(take, latest);
  }

  #take(report: Report): void {
    const outcome = this.#store.upsert(report);
    if (outcome === "updated") this.#updated++;
    else if (outcome === "created") this.#created++;
    else this.#stale++;
  }

  /** Takes one more chunk. Throws `RecordError` for a bad report, and what the store throws; what came before stays. */
  push(chunk: Uint8Array): void {
    this.#store.batch(() => this.#reader.push(chunk));
  }

  /** Takes the last report. Throws like `push`. */
  end(): void {
    this.#store.batch(() => this.#reader.end());
  }

  /** Makes devices expire, and counts what became of the reports. */
  settle(): { accepted: number; created: number; stale: number; expired: number } {
    const before = this.#keepSeconds === 0 ? 0 : this.#store.newest - this.#keepSeconds;
    const expired = before > 0 ? this.#store.expire(before, MOST_EXPIRED) : 0;
    return { accepted: this.#created + this.#updated, created: this.#created, stale: this.#stale, expired };
  }
}
