import { faultOf, MOST_NAME_BYTES } from "./device.ts";
import { encodeName, isName } from "./names.ts";
import { RecordError } from "./record_error.ts";
import { Report } from "./report.ts";

const LINE_FEED = 0x0a;
/** Bytes of the longest line. */
const MOST_LINE_BYTES = 4096;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Takes JSON lines out of the chunks of a body, wherever those end. Empty lines are none. */
export class JsonReader {
  readonly #take: (report: Report) => void;
  readonly #latest: number;
  readonly #report = new Report();
  /** The beginning of a line whose end has not come yet. */
  readonly #rest = new Uint8Array(MOST_LINE_BYTES);
  #restBytes = 0;
  #line = 1;
  #index = 0;

  /** Calls `take` with every report, which is valid until it returns; a time above `latest` is refused. */
  constructor(take: (report: Report) => void, latest: number = Infinity) {
    this.#take = take;
    this.#latest = latest;
    this.#report.idBytes = new Uint8Array(3 * MOST_NAME_BYTES);
    this.#report.regionBytes = new Uint8Array(3 * MOST_NAME_BYTES);
  }

  /** Takes the lines of one more chunk. Throws `RecordError` for a bad one, and what `take` throws. */
  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      if (this.#restBytes === 0) this.#read(chunk.subarray(start, end));
      else {
        this.#keep(chunk.subarray(start, end));
        this.end();
      }
      this.#line++;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** Takes the last line, which needs no line feed. */
  end(): void {
    const line = this.#rest.subarray(0, this.#restBytes);
    this.#restBytes = 0;
    this.#read(line);
  }

  #keep(bytes: Uint8Array): void {
    if (this.#restBytes + bytes.length > MOST_LINE_BYTES) {
      this.#refuse(`its line has more than ${MOST_LINE_BYTES} bytes`);
    }
    this.#rest.set(bytes, this.#restBytes);
    this.#restBytes += bytes.length;
  }

  #read(line: Uint8Array): void {
    if (line.length > MOST_LINE_BYTES) this.#refuse(`its line has more than ${MOST_LINE_BYTES} bytes`);
    const text = this.#textOf(line).trim();
    if (text === "") return;
    const given = this.#parse(text);
    const report = this.#report;
    report.idEnd = this.#name("id", given["id"], report.idBytes);
    report.regionEnd = this.#name("region", given["region"], report.regionBytes);
    report.time = numberOf(given["time"]);
    report.latitude = Math.round(numberOf(given["latitude"]) * 1e6) + 0;
    report.longitude = Math.round(numberOf(given["longitude"]) * 1e6) + 0;
    report.value = Math.fround(numberOf(given["value"])) + 0;
    report.battery = numberOf(given["battery"]);
    const fault = faultOf(report, this.#latest);
    if (fault !== undefined) this.#refuse(fault);
    this.#take(report);
    this.#index++;
  }

  #textOf(line: Uint8Array): string {
    try {
      return decoder.decode(line);
    } catch {
      return this.#refuse("its line is not UTF-8");
    }
  }

  #parse(text: string): Record<string, unknown> {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      this.#refuse("its line is not JSON");
    }
    if (typeof given !== "object" || given === null || Array.isArray(given)) this.#refuse("its line is no object");
    return given as Record<string, unknown>;
  }

  /** Encodes a name; the count of its bytes. */
  #name(field: string, name: unknown, bytes: Uint8Array): number {
    if (typeof name === "string" && name.length > 0 && name.length <= MOST_NAME_BYTES && name.isWellFormed()) {
      const length = encodeName(name, bytes, 0);
      if (length <= MOST_NAME_BYTES && isName(bytes, 0, length)) return length;
    }
    return this.#refuse(`its ${field} is not a text of 1 to 63 bytes without control characters`);
  }

  #refuse(message: string): never {
    throw new RecordError(message, this.#index, { line: this.#line });
  }
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}
