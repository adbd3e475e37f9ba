import type { Allocator } from "../../heaps/allocator.ts";
import {
  checkedLimit,
  checkOptions,
  refuseArgument,
  requireFunction,
  requireObject,
  shown,
} from "../../heaps/argument.ts";
import { toBytes } from "../../heaps/core/byte_source.ts";
import { InputTooLongError } from "../../heaps/errors.ts";
import { type ByteSink, type ByteStream, pourStream } from "../../heaps/input/read_stream.ts";
import { SoaVector } from "../../stl/vector/soa_vector.ts";
import { type DataTable, makeTexts, tableOf } from "../table/data_table.ts";
import { type ReadColumns, rowColumnsOf, type SourceColumns } from "../table/source_columns.ts";
import { LINE_FEED, QUOTE } from "./_characters.ts";
import { CsvParser } from "./_csv_parser.ts";
import type { CsvShape } from "./_csv_shape.ts";
import { fieldPlansOf } from "./_field_plan.ts";
import { wordReadersOf } from "./_word_reader.ts";

/** What a file is read from: its bytes, or what streams are read from. */
export type CsvSource = Uint8Array | ArrayBuffer | ByteStream;

/** How far a file was read. */
export interface CsvProgress {
  /** Bytes that came. */
  readonly bytes: number;
  /** Rows that were found in them. */
  readonly rows: number;
}

/** Options of {@linkcode readCsv}. */
export interface CsvOptions {
  /** The heap, scope or other allocator that rows and texts take their memory from. */
  readonly allocator: Allocator;
  /**
   * What stands between two fields: one character of ASCII.
   *
   * @default {","}
   */
  readonly separator?: string;
  /**
   * Whether the first line has the names of the columns; else they are in the order in which they are given.
   *
   * @default {true}
   */
  readonly header?: boolean;
  /**
   * The most bytes that the file may have.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
  /**
   * The most bytes that are kept until the end of a row comes: as many are needed for a quote that nobody has closed.
   *
   * @default {1048576}
   */
  readonly rowLimit?: number;
  /** Is told how far it is, after each 128 KiB or so. What it throws ends the reading. */
  readonly onProgress?: (progress: CsvProgress) => void;
}

const ACTION = "read CSV";
const OPTIONS = ["allocator", "separator", "header", "limit", "rowLimit", "onProgress"];
/** Bytes of whole files that are read between two reports of the progress. */
const PIECE_BYTES = 2 ** 17;
const ROW_LIMIT = 2 ** 20;

/**
 * Reads a file of comma-separated values into columns, as it comes: from bytes, a stream, a request or response. Takes
 * time with the bytes, and no memory of JavaScript that grows with them.
 *
 * Columns are found by their names in the first line; others are passed over. Numbers, `bool` (true, false, 1, 0),
 * enumerations (their names), `text(n)`, {@linkcode timestamp} and {@linkcode dictionary} can be read;
 * {@linkcode emptyAs} says what an empty field means. The file is written as RFC 4180 says: fields with separators,
 * quotes or line feeds stand in quotes, which are doubled inside. Lines end with LF or CR LF, the last one with neither
 * perhaps; empty lines are passed over, and so is a byte order mark.
 *
 * Rejects with {@linkcode CsvError}, which has line and column, for what is wrong in the file; with `InputTooLongError`,
 * `AllocationError` and `ClosedError` when that is so, `TypeError` and `RangeError` for arguments, and with what the
 * stream fails with. Nothing is left of the rows then.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f32, u32 } from "@mimalloc/ffi/stl";
 * import { dictionary, readCsv } from "@mimalloc/ffi/tables";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "weather" });
 * const response = new Response('time,station,value\n1,"Lima, Callao",20.5\n2,Berlin,3\n3,Berlin,4\n');
 * const columns = { station: dictionary(u32), time: u32, value: f32 };
 * using weather = await readCsv(response, columns, { allocator: heap });
 * assert.deepEqual(weather.rows.column("value"), Float32Array.of(20.5, 3, 4));
 * assert.deepEqual(weather.get(0), { station: "Lima, Callao", time: 1, value: 20.5 });
 * ```
 */
export async function readCsv<const C extends SourceColumns>(
  source: CsvSource,
  columns: C,
  options: CsvOptions,
): Promise<DataTable<ReadColumns<C>>> {
  const { separator, hasHeader, limit, rowLimit, onProgress, allocator } = checkedOptions(options);
  const plans = fieldPlansOf(requireObject(columns, ACTION, "an object with columns"));
  const own = rowColumnsOf(columns);
  const rows = new SoaVector(own, { allocator });
  const texts = makeTexts(own, { allocator });
  const table = tableOf({ rows, texts });
  try {
    const words = wordReadersOf(plans, texts);
    await read(source, { plans, words, rows, separator, hasHeader, rowLimit }, limit, onProgress);
    return table as unknown as DataTable<ReadColumns<C>>;
  } catch (error) {
    // A scope that has ended has taken all of it back.
    if (!table.closed) table.dispose();
    throw error;
  }
}

interface CheckedOptions extends Pick<CsvShape, "separator" | "hasHeader" | "rowLimit"> {
  readonly allocator: Allocator;
  readonly limit: number;
  readonly onProgress: CsvOptions["onProgress"];
}

function checkedOptions(options: CsvOptions): CheckedOptions {
  checkOptions(requireObject(options, ACTION), ACTION, OPTIONS);
  const { allocator, separator = ",", header = true, limit, rowLimit = ROW_LIMIT, onProgress } = options;
  if (onProgress !== undefined) requireFunction(onProgress, `${ACTION}: onProgress`);
  if (typeof header !== "boolean") refuseArgument(header, `${ACTION}: header`, "true or false");
  return {
    allocator,
    onProgress,
    separator: checkedSeparator(separator),
    hasHeader: header,
    limit: checkedLimit(limit),
    rowLimit: checkedLimit(rowLimit),
  };
}

function checkedSeparator(separator: unknown): number {
  const byte = typeof separator === "string" && separator.length === 1 ? separator.charCodeAt(0) : NaN;
  const means = byte === QUOTE || byte === LINE_FEED || separator === "\r" || /[\d.+-]/.test(String(separator));
  if (byte > 0 && byte < 128 && !means) return byte;
  throw new TypeError(
    `Cannot ${ACTION} with the separator ${shown(separator)}: expected one character such as ; or a tab`,
  );
}

/** Gives bytes to a parser, and tells how far it is. */
class CsvSink implements ByteSink {
  readonly #parser: CsvParser;
  readonly #onProgress: CsvOptions["onProgress"];
  #told = 0;
  length = 0;

  constructor(parser: CsvParser, onProgress: CsvOptions["onProgress"]) {
    this.#parser = parser;
    this.#onProgress = onProgress;
  }

  expect(): void {}

  append(bytes: Uint8Array): void {
    this.length += bytes.length;
    this.#parser.append(bytes);
    if (this.length - this.#told >= PIECE_BYTES) this.#tell();
  }

  end(): void {
    this.#parser.end();
    this.#tell();
  }

  #tell(): void {
    this.#told = this.length;
    this.#onProgress?.({ bytes: this.length, rows: this.#parser.rows });
  }
}

async function read(
  source: CsvSource,
  shape: CsvShape,
  limit: number,
  onProgress: CsvOptions["onProgress"],
): Promise<void> {
  if (typeof source === "string") {
    refuseArgument(
      source,
      ACTION,
      "bytes or a stream: a text is encoded by TextEncoder, a file read by heap.readFile()",
    );
  }
  if (!(source instanceof ArrayBuffer || source instanceof Uint8Array)) {
    const sink = new CsvSink(new CsvParser(shape), onProgress);
    await pourStream(source, sink, limit);
    return sink.end();
  }
  const bytes = toBytes(source);
  if (bytes.length > limit) {
    throw new InputTooLongError(`Cannot ${ACTION}: it has ${bytes.length} bytes, more than ${limit}`, { limit });
  }
  const sink = new CsvSink(new CsvParser(shape, bytes.length + 1), onProgress);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) sink.append(bytes.subarray(at, at + PIECE_BYTES));
  sink.end();
}
