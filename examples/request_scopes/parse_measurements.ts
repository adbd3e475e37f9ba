import { CARRIAGE_RETURN, COMMA, LINE_FEED, QUOTE } from "./characters.ts";
import { type CsvError, csvErrorAt } from "./csv_error.ts";
import { HEADER, MAXIMUM_ROWS, type Measurements, QUANTITIES } from "./measurements.ts";
import type { Memory } from "../core/memory.ts";
import { scanDecimal } from "./scan_decimal.ts";
import { scanTimestamp } from "./scan_timestamp.ts";
import { EMPTY_HASH, foldHash, StationTable } from "./station_table.ts";

/** Bytes from which the length of a row is guessed. */
const SAMPLE_BYTES = 1024;
const LAST_CELL = HEADER.length - 1;
const NUMBER_REGEXP = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LOSSY_TEXT = new TextDecoder();

/**
 * Reads a CSV file of measurements into columns.
 *
 * The last byte has to be a line feed: every loop below stops at it and needs
 * no look at the length.
 *
 * @throws {CsvError} when the file is anything else than promised
 */
export function parseMeasurements(
  bytes: Uint8Array,
  memory: Memory,
): Measurements {
  return new MeasurementsParser(bytes, memory).parse();
}

class MeasurementsParser {
  readonly #bytes: Uint8Array;
  readonly #begin: number;
  readonly #stations: StationTable;
  readonly #memory: Memory;
  #stationOf: Int32Array;
  #times: Float64Array;
  #values: readonly Float64Array[];
  /** Where the next cell starts, or the separator behind the cell just read. */
  #position: number;
  /** The cell just read by `#lexCell`, without the quotes around it. */
  #cellStart = 0;
  #cellEnd = 0;

  constructor(bytes: Uint8Array, memory: Memory) {
    this.#bytes = bytes;
    this.#begin = startsWithByteOrderMark(bytes) ? 3 : 0;
    this.#position = this.#begin;
    this.#memory = memory;
    const capacity = guessRows(bytes);
    this.#stations = new StationTable(memory, bytes);
    this.#stationOf = memory.integers(capacity);
    this.#times = memory.doubles(capacity);
    this.#values = QUANTITIES.map(() => memory.doubles(capacity));
  }

  parse(): Measurements {
    this.#header();
    const end = this.#endOfRows();
    let rows = 0;
    while (this.#position < end) {
      if (rows === this.#times.length) this.#grow();
      this.#row(rows++);
    }
    if (rows === 0) {
      throw this.#error(end, "Cannot summarise a file without rows");
    }
    return {
      rows,
      stations: this.#stations,
      stationOf: this.#stationOf,
      times: this.#times,
      values: this.#values,
    };
  }

  /** The end of the last line that is not empty: editors and programs leave empty ones behind it. */
  #endOfRows(): number {
    const bytes = this.#bytes;
    let end = bytes.length;
    for (;;) {
      const before = bytes[end - 2] === CARRIAGE_RETURN ? end - 2 : end - 1;
      if (bytes[before - 1] !== LINE_FEED) return end;
      end = before;
    }
  }

  #grow(): void {
    const rows = this.#times.length;
    if (rows === MAXIMUM_ROWS) {
      throw this.#error(
        this.#position,
        `Cannot read a file of more than ${MAXIMUM_ROWS} rows`,
      );
    }
    const capacity = Math.min(MAXIMUM_ROWS, rows * 2);
    const longer = (column: Float64Array): Float64Array => {
      const copy = this.#memory.doubles(capacity);
      copy.set(column);
      return copy;
    };
    const stationOf = this.#memory.integers(capacity);
    stationOf.set(this.#stationOf);
    this.#stationOf = stationOf;
    this.#times = longer(this.#times);
    this.#values = this.#values.map(longer);
  }

  #header(): void {
    for (let cell = 0; cell <= LAST_CELL; cell++) {
      const start = this.#position;
      this.#lexCell();
      const text = this.#cellText();
      if (text !== HEADER[cell]) {
        throw this.#error(
          start,
          `Cannot find the header: column ${cell + 1} has to be "${HEADER[cell]}", found ${shown(text)}`,
        );
      }
      this.#passSeparator(cell);
    }
  }

  #row(row: number): void {
    this.#station(row);
    this.#timestamp(row);
    const values = this.#values;
    this.#number(values[0]!, row, 2);
    this.#number(values[1]!, row, 3);
    this.#number(values[2]!, row, 4);
    this.#number(values[3]!, row, 5);
  }

  #station(row: number): void {
    const bytes = this.#bytes;
    const start = this.#position;
    let position = start;
    let hash = EMPTY_HASH;
    let byte = bytes[position]!;
    while (
      byte !== COMMA && byte !== QUOTE && byte !== LINE_FEED &&
      byte !== CARRIAGE_RETURN
    ) {
      hash = foldHash(hash, byte);
      byte = bytes[++position]!;
    }
    if (byte !== COMMA || position === start) return this.#anyStation(row);
    this.#position = position + 1;
    this.#intern(row, start, start, position, hash);
  }

  /** The station of a row whose name is quoted or wrong. */
  #anyStation(row: number): void {
    const bytes = this.#bytes;
    const cell = this.#position;
    this.#lexCell();
    this.#passSeparator(0);
    if (this.#cellStart === this.#cellEnd) {
      throw this.#error(cell, "Cannot read a row without a station");
    }
    let hash = EMPTY_HASH;
    for (let index = this.#cellStart; index < this.#cellEnd; index++) {
      hash = foldHash(hash, bytes[index]!);
    }
    this.#intern(row, cell, this.#cellStart, this.#cellEnd, hash);
  }

  #intern(
    row: number,
    cell: number,
    start: number,
    end: number,
    hash: number,
  ): void {
    const known = this.#stations.count;
    const station = this.#stations.intern(start, end, hash);
    this.#stationOf[row] = station;
    if (station === known) this.#checkName(cell, start, end);
  }

  #checkName(cell: number, start: number, end: number): void {
    try {
      TEXT.decode(this.#bytes.subarray(start, end));
    } catch (cause) {
      throw this.#error(
        cell,
        "Cannot read the station: the name is not UTF-8",
        cause,
      );
    }
  }

  #timestamp(row: number): void {
    const bytes = this.#bytes;
    const start = this.#position;
    const end = start + 20;
    if (
      end < bytes.length && bytes[end] === COMMA &&
      scanTimestamp(bytes, start, end, this.#times, row)
    ) {
      this.#position = end + 1;
      return;
    }
    this.#lexCell();
    this.#passSeparator(1);
    if (
      !scanTimestamp(bytes, this.#cellStart, this.#cellEnd, this.#times, row)
    ) {
      throw this.#error(
        start,
        `Cannot read ${shown(this.#cellText())} as a timestamp: write it like 2024-05-31T09:30:00Z`,
      );
    }
  }

  #number(column: Float64Array, row: number, cell: number): void {
    const bytes = this.#bytes;
    const start = this.#position;
    let end = scanDecimal(bytes, start, column, row);
    if (end < 0) {
      end = start;
      column[row] = NaN;
    }
    const byte = bytes[end];
    if (cell === LAST_CELL) {
      if (byte === LINE_FEED) {
        this.#position = end + 1;
        return;
      }
      if (byte === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED) {
        this.#position = end + 2;
        return;
      }
    } else if (byte === COMMA) {
      this.#position = end + 1;
      return;
    }
    this.#anyNumber(column, row, cell);
  }

  /** A number that is quoted, long, written with an exponent, or wrong. */
  #anyNumber(column: Float64Array, row: number, cell: number): void {
    const start = this.#position;
    this.#lexCell();
    this.#passSeparator(cell);
    if (this.#cellStart === this.#cellEnd) {
      column[row] = NaN;
      return;
    }
    const end = scanDecimal(this.#bytes, this.#cellStart, column, row);
    if (end === this.#cellEnd) return;
    const text = this.#cellText();
    const value = NUMBER_REGEXP.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value)) {
      throw this.#error(
        start,
        `Cannot read ${shown(text)} as a number for ${HEADER[cell]}`,
      );
    }
    column[row] = value;
  }

  /** Finds the ends of the cell at the position and moves behind it. */
  #lexCell(): void {
    const bytes = this.#bytes;
    let position = this.#position;
    if (bytes[position] === QUOTE) return this.#lexQuotedCell();
    this.#cellStart = position;
    while (!this.#isSeparator(position)) {
      if (bytes[position] === QUOTE) {
        throw this.#error(
          position,
          "Cannot read a quote inside a cell that does not start with one",
        );
      }
      if (bytes[position] === CARRIAGE_RETURN) {
        throw this.#error(
          position,
          "Cannot read a carriage return without a line feed behind it",
        );
      }
      position++;
    }
    this.#cellEnd = position;
    this.#position = position;
  }

  #lexQuotedCell(): void {
    const bytes = this.#bytes;
    const start = this.#position;
    let position = start + 1;
    while (position < bytes.length) {
      if (bytes[position] !== QUOTE) position++;
      else if (bytes[position + 1] === QUOTE) position += 2;
      else break;
    }
    if (position >= bytes.length) {
      throw this.#error(start, "Cannot find the end of the quoted cell");
    }
    this.#cellStart = start + 1;
    this.#cellEnd = position++;
    this.#position = position;
    if (!this.#isSeparator(position)) {
      throw this.#error(position, "Cannot read text behind the closing quote");
    }
  }

  /** Whether a cell ends at `position`. */
  #isSeparator(position: number): boolean {
    const byte = this.#bytes[position];
    return byte === COMMA || byte === LINE_FEED ||
      byte === CARRIAGE_RETURN && this.#bytes[position + 1] === LINE_FEED;
  }

  /** Moves to the next cell, or to the next row behind the last cell. */
  #passSeparator(cell: number): void {
    const position = this.#position;
    const byte = this.#bytes[position];
    if (byte === COMMA && cell === LAST_CELL) {
      throw this.#error(
        position,
        `Cannot read a row of more than ${HEADER.length} cells`,
      );
    }
    if (byte !== COMMA && cell !== LAST_CELL) {
      throw this.#error(
        position,
        `Cannot find cell ${cell + 2} of ${HEADER.length}: the row ends here`,
      );
    }
    this.#position = position + (byte === CARRIAGE_RETURN ? 2 : 1);
  }

  #cellText(): string {
    return LOSSY_TEXT.decode(
      this.#bytes.subarray(this.#cellStart, this.#cellEnd),
    ).replaceAll('""', '"');
  }

  #error(offset: number, message: string, cause?: unknown): CsvError {
    const error = csvErrorAt(this.#bytes, this.#begin, offset, message);
    if (cause !== undefined) error.cause = cause;
    return error;
  }
}

/** A tenth more rows than there are when all are as long as the first ones. */
function guessRows(bytes: Uint8Array): number {
  const sample = Math.min(SAMPLE_BYTES, bytes.length);
  let lines = 1;
  for (let index = 0; index < sample; index++) {
    if (bytes[index] === LINE_FEED) lines++;
  }
  return Math.min(MAXIMUM_ROWS, Math.ceil(1.1 * lines * bytes.length / sample));
}

function startsWithByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** The text in quotes, cut where it is long: it goes into an answer. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
