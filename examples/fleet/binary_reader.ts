import { faultOf, MOST_NAME_BYTES } from "./device.ts";
import { isName } from "./names.ts";
import { RecordError } from "./record_error.ts";
import { Report } from "./report.ts";

/** Bytes behind the region: u32 time, i32 latitude, i32 longitude, f32 value, u8 battery. */
const NUMBER_BYTES = 17;
const MOST_RECORD_BYTES = 2 * (1 + MOST_NAME_BYTES) + NUMBER_BYTES;

/**
 * Takes binary records out of the chunks of a body, wherever those end. Nothing is copied but records that two chunks
 * share.
 */
export class BinaryReader {
  readonly #take: (report: Report) => void;
  readonly #latest: number;
  readonly #report = new Report();
  /** The beginning of a record whose end has not come yet. */
  readonly #rest = new Uint8Array(MOST_RECORD_BYTES);
  #restBytes = 0;
  /** Bytes of the body before the present record. */
  #bytes = 0;
  /** Records before the present one. */
  #index = 0;

  /** Calls `take` with every record, which is valid until it returns; a time above `latest` is refused. */
  constructor(take: (report: Report) => void, latest: number = Infinity) {
    this.#take = take;
    this.#latest = latest;
  }

  /** Takes the records of one more chunk. Throws `RecordError` for a bad one, and what `take` throws. */
  push(chunk: Uint8Array): void {
    let start = this.#restBytes === 0 ? 0 : this.#completeRest(chunk);
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (start < chunk.length) {
      const end = this.#read(chunk, view, start, chunk.length);
      if (end < 0) break;
      start = end;
    }
    for (; start < chunk.length; start++) this.#rest[this.#restBytes++] = chunk[start]!;
  }

  /** Ends the body. Throws `RecordError` when a record has no end. */
  end(): void {
    if (this.#restBytes > 0) this.#refuse("the body ends within it");
  }

  /** Ends the record that the chunk before has begun; where the next one begins. */
  #completeRest(chunk: Uint8Array): number {
    const rest = this.#rest;
    const before = this.#restBytes;
    const length = Math.min(before + chunk.length, MOST_RECORD_BYTES);
    for (let at = before; at < length; at++) rest[at] = chunk[at - before]!;
    const end = this.#read(rest, new DataView(rest.buffer), 0, length);
    this.#restBytes = end < 0 ? length : 0;
    return (end < 0 ? length : end) - before;
  }

  /** Takes the record from `start` on; where it ends, -1 when that lies behind `limit`. */
  #read(bytes: Uint8Array, view: DataView, start: number, limit: number): number {
    const report = this.#report;
    const idEnd = start + 1 + bytes[start]!;
    if (idEnd === start + 1 || idEnd > start + 1 + MOST_NAME_BYTES) this.#refuse("its id does not have 1 to 63 bytes");
    if (idEnd >= limit) return -1;
    const regionStart = idEnd + 1;
    const regionEnd = regionStart + bytes[idEnd]!;
    if (regionEnd === regionStart || regionEnd > regionStart + MOST_NAME_BYTES) {
      this.#refuse("its region does not have 1 to 63 bytes");
    }
    const end = regionEnd + NUMBER_BYTES;
    if (end > limit) return -1;
    report.idBytes = report.regionBytes = bytes;
    report.idStart = start + 1;
    report.idEnd = idEnd;
    report.regionStart = regionStart;
    report.regionEnd = regionEnd;
    report.time = view.getUint32(regionEnd, true);
    report.latitude = view.getInt32(regionEnd + 4, true);
    report.longitude = view.getInt32(regionEnd + 8, true);
    // -0 becomes 0.
    report.value = view.getFloat32(regionEnd + 12, true) + 0;
    report.battery = bytes[regionEnd + 16]!;
    this.#check(report);
    this.#take(report);
    this.#index++;
    this.#bytes += end - start;
    return end;
  }

  #check(report: Report): void {
    const { idBytes, idStart, idEnd, regionBytes, regionStart, regionEnd } = report;
    if (!isName(idBytes, idStart, idEnd)) this.#refuse("its id is not UTF-8 without control characters");
    if (!isName(regionBytes, regionStart, regionEnd)) {
      this.#refuse("its region is not UTF-8 without control characters");
    }
    const fault = faultOf(report, this.#latest);
    if (fault !== undefined) this.#refuse(fault);
  }

  #refuse(message: string): never {
    throw new RecordError(message, this.#index, { byte: this.#bytes });
  }
}
