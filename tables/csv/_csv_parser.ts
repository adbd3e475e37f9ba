import type { Element } from "../../stl/elements/element.ts";
import type { AnyNumberElement } from "../../stl/elements/number_element.ts";
import { shown } from "../../heaps/argument.ts";
import { CARRIAGE_RETURN, LINE_FEED, MINUS, POINT, QUOTE, ZERO } from "./_characters.ts";
import { BATCH, Batch } from "./_batch.ts";
import type { CsvShape } from "./_csv_shape.ts";
import { type FieldPlan, Kind } from "./_field_plan.ts";
import { placeOf } from "./_place_of.ts";
import { scanTimestamp, scanUsualTimestamp } from "./_scan_timestamp.ts";
import { WordCache } from "./_word_cache.ts";
import { decode, type WordReader } from "./_word_reader.ts";
import { CsvError } from "./csv_error.ts";

/** Bytes that are read at a time; a row that is longer makes them more. */
const WINDOW_BYTES = 2 ** 17;
/** Those of the first time, which become twice as many each time: most files of requests are short. */
const FIRST_BYTES = 2 ** 8;
/** Those behind the last one, the first of which is a line feed that ends every loop. */
const PADDING = 64;
/** Bytes of a moment as most are written: 2024-05-31T09:30:00Z. */
const USUAL_TIMESTAMP = 20;
const FNV_PRIME = 0x01000193;
/** Powers of ten are exact up to here. */
const MOST_DECIMALS = 22;
const POWERS_OF_TEN = Float64Array.from({ length: MOST_DECIMALS + 1 }, (_, exponent) => Number(`1e${exponent}`));
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITY = /^[+-]?(infinity|inf|nan)$/i;
const NOTHING_KEPT = new Uint8Array(0);

/**
 * Takes a file in pieces, wherever those end, and stores the rows that are in it.
 *
 * Bytes are gathered in a window with a line feed behind them. A row is read as if it were whole; when it turns out that
 * its end has not come yet, its bytes are moved to the front, and it is read again with more behind it. So no loop asks
 * how many bytes are left, and nothing is kept of where in a row a piece ended.
 */
export class CsvParser {
  readonly #shape: CsvShape;
  readonly #separator: number;
  readonly #cache = new WordCache();
  /** What ends a field without quotes or makes it one with quotes: 1 for those bytes. */
  readonly #stops = new Uint8Array(256);
  /** How each field of a line is read, in the order of the file. */
  #fields: readonly (FieldPlan | undefined)[] = [];
  #kinds = new Uint8Array(0);
  /** Where the number of the first row of a batch is, for each field. */
  #places = new Uint32Array(0);
  /** The numbers that each field may have, and how many decimals. */
  #least = new Float64Array(0);
  #most = new Float64Array(0);
  #decimals = new Uint8Array(0);
  #last = 0;
  #words: readonly (WordReader | undefined)[] = [];
  readonly #batch: Batch;
  readonly #numbers: Float64Array;
  readonly #bigints: BigInt64Array;
  readonly #halves: Int32Array;
  #row = 0;

  #bytes: Uint8Array = NOTHING_KEPT;
  #capacity = 0;
  #length = 0;
  #position = 0;
  #isFinal = false;
  #hasBegun = false;
  /** The line that begins at the position. */
  #line = 1;
  /** Line feeds inside of the row that is read. */
  #linesInside = 0;
  /** The field that was looked at last: where it lies, without its quotes. */
  #from: Uint8Array = NOTHING_KEPT;
  #start = 0;
  #end = 0;
  #unquoted: Uint8Array = NOTHING_KEPT;
  #fault: { readonly at: number; readonly message: string; readonly field: number } | undefined;

  constructor(shape: CsvShape, expectedBytes: number = FIRST_BYTES) {
    const { plans, separator, hasHeader } = shape;
    this.#shape = shape;
    this.#separator = separator;
    for (const byte of [separator, LINE_FEED, CARRIAGE_RETURN, QUOTE]) this.#stops[byte] = 1;
    this.#batch = new Batch(plans);
    this.#numbers = this.#batch.numbers;
    this.#bigints = this.#batch.bigints;
    this.#halves = this.#batch.halves;
    this.#resize(Math.max(PADDING, Math.min(expectedBytes, WINDOW_BYTES)));
    if (!hasHeader) this.#lay(plans.map((_, index) => index));
  }

  /** Rows that were found. */
  get rows(): number {
    return this.#shape.rows.length + this.#row;
  }

  #resize(capacity: number): void {
    const bytes = new Uint8Array(capacity + PADDING);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#capacity = capacity;
  }

  /** Says which of the plans each field of a line has. */
  #lay(order: readonly number[]): void {
    const { plans, words } = this.#shape;
    this.#fields = order.map((place) => plans[place]);
    this.#kinds = Uint8Array.from(order, (place) => plans[place]?.kind ?? Kind.skipped);
    this.#places = Uint32Array.from(order, (place) => Math.max(place, 0) * BATCH);
    this.#least = Float64Array.from(order, (place) => plans[place]?.least ?? 0);
    this.#most = Float64Array.from(order, (place) => plans[place]?.most ?? 0);
    this.#decimals = Uint8Array.from(order, (place) => plans[place]?.isInteger ? 0 : MOST_DECIMALS);
    this.#words = order.map((place) => words[place]);
    this.#last = order.length - 1;
  }

  /** Takes more bytes. Throws `CsvError`, and what memory throws. */
  append(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length;) {
      const taken = Math.min(this.#capacity - this.#length, chunk.length - from);
      this.#bytes.set(chunk.subarray(from, from + taken), this.#length);
      this.#length += taken;
      from += taken;
      if (this.#length === this.#capacity) this.#read();
    }
  }

  /** Takes the last rows. Throws like `append`. */
  end(): void {
    this.#isFinal = true;
    this.#read();
    // A file of an empty line has none either.
    if (this.#kinds.length === 0) {
      throw new CsvError("Cannot read a file: it has no header", { line: this.#line, column: 1 });
    }
    this.#store();
  }

  #store(): void {
    this.#batch.store(this.#shape.rows, this.#row);
    this.#row = 0;
  }

  /** Reads what is in the window, and keeps the beginning of a row whose end is not. */
  #read(): void {
    this.#bytes[this.#length] = LINE_FEED;
    while (this.#position < this.#length && this.#readLine());
    const left = Math.max(this.#length - this.#position, 0);
    if (left >= this.#shape.rowLimit) {
      throw this.#errorAt(this.#position, `Cannot read a row of more than ${this.#shape.rowLimit} bytes`);
    }
    this.#bytes.copyWithin(0, this.#position, this.#length);
    this.#length = left;
    this.#position = 0;
    if (left > this.#capacity / 2 || this.#capacity < WINDOW_BYTES) this.#resize(2 * this.#capacity);
  }

  /** Reads a line; false when its end has not come yet. */
  #readLine(): boolean {
    if (!this.#hasBegun && !this.#begin()) return false;
    const empty = this.#emptyLineAt(this.#position);
    if (empty > this.#length && !this.#isFinal) return false;
    if (empty > 0) {
      this.#position = empty;
      this.#line++;
      return true;
    }
    const isHeader = this.#kinds.length === 0;
    const next = isHeader ? this.#readHeader(this.#position) : this.#readRow(this.#position);
    if (next < 0 || next > this.#length && !this.#isFinal) {
      if (!this.#isFinal && (next > this.#length || !this.#isWhole(this.#position))) {
        this.#linesInside = 0;
        return false;
      }
      throw this.#error();
    }
    this.#position = next;
    this.#line += 1 + this.#linesInside;
    this.#linesInside = 0;
    if (!isHeader && ++this.#row === BATCH) this.#store();
    return true;
  }

  /** Passes a byte order mark; false when it may still come. */
  #begin(): boolean {
    const [first, second, third] = this.#bytes;
    if (this.#length < 3 && !this.#isFinal) return false;
    if (this.#length >= 3 && first === 0xef && second === 0xbb && third === 0xbf) this.#position = 3;
    this.#hasBegun = true;
    return true;
  }

  /** Where the line behind the empty one at `start` begins; 0 when it is not empty. */
  #emptyLineAt(start: number): number {
    const byte = this.#bytes[start];
    if (byte === LINE_FEED) return start + 1;
    return byte === CARRIAGE_RETURN && this.#bytes[start + 1] === LINE_FEED ? start + 2 : 0;
  }

  /** Whether the line from `start` on has its end in the window, outside of quotes. */
  #isWhole(start: number): boolean {
    let quoted = false;
    for (let at = start; at < this.#length; at++) {
      const byte = this.#bytes[at];
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_FEED && !quoted) return true;
    }
    return false;
  }

  #readHeader(start: number): number {
    const { plans } = this.#shape;
    const names: string[] = [];
    let position = start;
    for (;;) {
      const stop = this.#lex(position, names.length);
      if (stop < 0) return -1;
      const name = decode(this.#from, this.#start, this.#end);
      if (name === undefined) return this.#fail(position, "a name is not UTF-8", names.length);
      if (names.includes(name) && plans.some((plan) => plan.name === name)) {
        return this.#fail(position, `two columns are called ${shown(name)}`, names.length);
      }
      names.push(name);
      position = stop + 1;
      if (this.#bytes[stop] === this.#separator) continue;
      if (this.#bytes[stop] === CARRIAGE_RETURN) position++;
      break;
    }
    // What is not whole has not all of its names.
    if (position > this.#length && !this.#isFinal) return position;
    const missing = plans.find(({ name }) => !names.includes(name));
    if (missing !== undefined) {
      const found = names.slice(0, 20).map((name) => JSON.stringify(name)).join(", ");
      return this.#fail(start, `there is no column ${JSON.stringify(missing.name)} among ${found}`, -1);
    }
    this.#lay(names.map((name) => plans.findIndex((plan) => plan.name === name)));
    return position;
  }

  /** Reads the row from `start` on; where the next line begins, -1 when something is wrong. */
  #readRow(start: number): number {
    const kinds = this.#kinds;
    let position = start;
    for (let field = 0; field < kinds.length && position >= 0; field++) {
      switch (kinds[field]) {
        case Kind.number:
          position = this.#readNumber(position, field);
          break;
        case Kind.word:
          position = this.#readWord(position, field);
          break;
        case Kind.skipped:
          position = this.#skip(position, field);
          break;
        case Kind.timestamp:
          position = this.#readTimestamp(position, field);
          break;
        case Kind.bigint:
          position = this.#readBigInt(position, field);
          break;
        default:
          position = this.#readText(position, field);
      }
    }
    return position;
  }

  /** Where what follows begins, when a field ends at `end` as it has to; -1 when it does not. */
  #pass(end: number, field: number): number {
    const byte = this.#bytes[end];
    if (field < this.#last) return byte === this.#separator ? end + 1 : -1;
    if (byte === LINE_FEED) return end + 1;
    return byte === CARRIAGE_RETURN && this.#bytes[end + 1] === LINE_FEED ? end + 2 : -1;
  }

  #readNumber(start: number, field: number): number {
    const bytes = this.#bytes;
    let position = start;
    if (bytes[position] === MINUS) position++;
    const first = position;
    let mantissa = 0;
    let digit = bytes[position]! ^ ZERO;
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++position]! ^ ZERO;
    }
    const point = position;
    let decimals = 0;
    if (digit === (POINT ^ ZERO)) {
      digit = bytes[++position]! ^ ZERO;
      while (digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digit = bytes[++position]! ^ ZERO;
      }
      decimals = position - point - 1;
    }
    const next = this.#pass(position, field);
    // What has no digit before its point is rare.
    if (next < 0 || point === first || decimals > this.#decimals[field]! || mantissa > Number.MAX_SAFE_INTEGER) {
      return this.#readAnyNumber(start, field);
    }
    // Both are exact, and their quotient is rounded once.
    const amount = decimals === 0 ? mantissa : mantissa / POWERS_OF_TEN[decimals]!;
    const value = first === start ? amount : -amount;
    if (!(value >= this.#least[field]! && value <= this.#most[field]!)) return this.#readAnyNumber(start, field);
    this.#numbers[this.#places[field]! + this.#row] = value;
    return next;
  }

  #refuseNumber(start: number, field: number): number {
    this.#lex(start, field);
    const { isInteger, least, most, element } = this.#fields[field]!;
    const range = isInteger ? `an integer from ${least} to ${most}` : `a number that ${element.name} holds`;
    return this.#fail(start, `${this.#shownField()} is not ${range}`, field);
  }

  /** A number that is empty, quoted, long, written with an exponent, or wrong. */
  #readAnyNumber(start: number, field: number): number {
    const { whenEmpty, isInteger, element, least, most } = this.#fields[field]!;
    const next = this.#lexField(start, field);
    if (next < 0) return -1;
    const at = this.#places[field]! + this.#row;
    if (this.#start === this.#end) {
      if (whenEmpty === undefined) return this.#fail(start, `it is empty, where ${element.name} needs a number`, field);
      this.#numbers[at] = whenEmpty as number;
      return next;
    }
    const text = decode(this.#from, this.#start, this.#end)?.trim() ?? "";
    if (NUMBER.test(text)) {
      const value = Number(text);
      if (value < least || value > most || isInteger && !Number.isInteger(value)) {
        return this.#refuseNumber(start, field);
      }
      this.#numbers[at] = value;
      return next;
    }
    if (isInteger || !INFINITY.test(text)) return this.#refuseNumber(start, field);
    this.#numbers[at] = /nan/i.test(text) ? NaN : text.startsWith("-") ? -Infinity : Infinity;
    return next;
  }

  #readBigInt(start: number, field: number): number {
    const bytes = this.#bytes;
    let position = start;
    if (bytes[position] === MINUS) position++;
    const first = position;
    let value = 0;
    let digit = bytes[position]! ^ ZERO;
    while (digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++position]! ^ ZERO;
    }
    const next = this.#pass(position, field);
    if (next < 0 || position === first || first > start || value > Number.MAX_SAFE_INTEGER) {
      return this.#readAnyBigInt(start, field);
    }
    const at = 2 * (this.#places[field]! + this.#row);
    this.#halves[at] = value | 0;
    this.#halves[at + 1] = value / 2 ** 32;
    return next;
  }

  /** An integer that is empty, quoted, long, negative, or wrong. */
  #readAnyBigInt(start: number, field: number): number {
    const { whenEmpty, element } = this.#fields[field]!;
    const next = this.#lexField(start, field);
    if (next < 0) return -1;
    const at = this.#places[field]! + this.#row;
    const text = decode(this.#from, this.#start, this.#end)?.trim() ?? "";
    const { viewType, decode: decodeStored } = element as unknown as AnyNumberElement;
    if (this.#start === this.#end && whenEmpty !== undefined) this.#bigints[at] = whenEmpty as bigint;
    else if (/^[+-]?\d+$/.test(text)) {
      const value = BigInt(text.replace("+", ""));
      this.#bigints[at] = value;
      try {
        const stored = new viewType([value])[0] as bigint;
        decodeStored(stored as never);
        if (stored !== value) return this.#fail(start, `${text} is not in the range of ${element.name}`, field);
      } catch (error) {
        return this.#fail(start, (error as Error).message, field);
      }
    } else return this.#fail(start, `${this.#shownField()} is no integer`, field);
    return next;
  }

  #readTimestamp(start: number, field: number): number {
    const end = start + USUAL_TIMESTAMP;
    const behind = end < this.#length ? this.#pass(end, field) : -1;
    const usual = behind < 0 ? NaN : scanUsualTimestamp(this.#bytes, start);
    if (usual === usual) {
      this.#numbers[this.#places[field]! + this.#row] = usual;
      return behind;
    }
    let position = start;
    while (this.#stops[this.#bytes[position]!] === 0) position++;
    const next = this.#pass(position, field);
    const value = next < 0 ? NaN : scanTimestamp(this.#bytes, start, position);
    if (value !== value) return this.#readAnyTimestamp(start, field);
    this.#numbers[this.#places[field]! + this.#row] = value;
    return next;
  }

  /** A moment that is empty, quoted or wrong. */
  #readAnyTimestamp(start: number, field: number): number {
    const next = this.#lexField(start, field);
    if (next < 0) return -1;
    const value = this.#start === this.#end
      ? this.#fields[field]!.whenEmpty as number
      : scanTimestamp(this.#from, this.#start, this.#end);
    if (value !== value && this.#start < this.#end) {
      return this.#fail(start, `${this.#shownField()} is no moment such as 2024-05-31T09:30:00Z`, field);
    }
    this.#numbers[this.#places[field]! + this.#row] = value;
    return next;
  }

  #readWord(start: number, field: number): number {
    const bytes = this.#bytes;
    const stops = this.#stops;
    let hash = 0;
    let position = start;
    let byte = bytes[position]!;
    while (stops[byte] === 0) {
      hash = Math.imul(hash ^ byte, FNV_PRIME);
      byte = bytes[++position]!;
    }
    const next = this.#pass(position, field);
    if (next < 0) return this.#readAnyWord(start, field);
    // The rest of the word may still come.
    if (next > this.#length && !this.#isFinal) return next;
    return this.#takeWord(bytes, start, position, hash, start, field, next);
  }

  /** A word that is quoted or wrong. */
  #readAnyWord(start: number, field: number): number {
    const next = this.#lexField(start, field);
    if (next < 0 || next > this.#length && !this.#isFinal) return next;
    const bytes = this.#from;
    let hash = 0;
    for (let at = this.#start; at < this.#end; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    return this.#takeWord(bytes, this.#start, this.#end, hash, start, field, next);
  }

  #takeWord(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    at: number,
    field: number,
    next: number,
  ): number {
    const { owner, read } = this.#words[field]!;
    let number: number | string = this.#cache.find(bytes, start, end, hash, owner);
    if (number !== number) {
      number = read(bytes, start, end);
      if (typeof number === "string") {
        return this.#fail(at, `${shown(decode(bytes, start, end) ?? "a text")}: ${number}`, field);
      }
      this.#cache.keep(bytes, start, end, hash, owner, number);
    }
    this.#numbers[this.#places[field]! + this.#row] = number;
    return next;
  }

  #readText(start: number, field: number): number {
    const next = this.#lexField(start, field);
    if (next < 0 || next > this.#length && !this.#isFinal) return next;
    const { element, whenEmpty } = this.#fields[field]!;
    const text = this.#start === this.#end ? whenEmpty as string : decode(this.#from, this.#start, this.#end);
    if (text === undefined) return this.#fail(start, "it is not UTF-8", field);
    try {
      (element as unknown as Element<string>).write(new DataView(new ArrayBuffer(element.byteLength)), 0, text);
    } catch (error) {
      return this.#fail(start, (error as Error).message, field);
    }
    this.#batch.texts[this.#places[field]! / BATCH]![this.#row] = text;
    return next;
  }

  #skip(start: number, field: number): number {
    const bytes = this.#bytes;
    const stops = this.#stops;
    let position = start;
    while (stops[bytes[position]!] === 0) position++;
    const next = this.#pass(position, field);
    return next < 0 ? this.#lexField(start, field) : next;
  }

  /** Finds a field, and where what follows begins; -1 when something is wrong. */
  #lexField(start: number, field: number): number {
    const stop = this.#lex(start, field);
    if (stop < 0) return -1;
    const next = this.#pass(stop, field);
    if (next >= 0) return next;
    const { length } = this.#kinds;
    const has = this.#bytes[stop] === this.#separator ? "more" : `${field + 1}`;
    return this.#fail(stop, `the row has ${has} fields, and there are ${length} columns`, -1);
  }

  /** Finds a field; the byte behind it, -1 when it does not end as fields do. */
  #lex(start: number, field: number): number {
    const bytes = this.#bytes;
    if (bytes[start] === QUOTE) return this.#lexQuoted(start, field);
    let position = start;
    while (this.#stops[bytes[position]!] === 0) position++;
    this.#from = bytes;
    this.#start = start;
    this.#end = position;
    if (bytes[position] === QUOTE) {
      return this.#fail(position, "a quote stands inside of a field that does not begin with one", field);
    }
    return this.#requireEnd(position, field);
  }

  #requireEnd(position: number, field: number): number {
    const byte = this.#bytes[position];
    if (byte === this.#separator || byte === LINE_FEED) return position;
    if (byte !== CARRIAGE_RETURN) return this.#fail(position, "something stands behind the quotes of a field", field);
    if (this.#bytes[position + 1] === LINE_FEED) return position;
    return this.#fail(position, "a carriage return has no line feed behind it", field);
  }

  #lexQuoted(start: number, field: number): number {
    const bytes = this.#bytes;
    let kept = 0;
    let from = start + 1;
    for (;;) {
      const quote = this.#nextQuote(from);
      if (quote === this.#length) return this.#fail(start, "its quotes do not end", field);
      const doubled = bytes[quote + 1] === QUOTE;
      if (!doubled && kept === 0) {
        this.#from = bytes;
        this.#start = start + 1;
        this.#end = quote;
      } else kept = this.#unquote(from, doubled ? quote + 1 : quote, kept);
      from = quote + 2;
      if (!doubled) return this.#requireEnd(quote + 1, field);
    }
  }

  /** Where the next quote is, or the end; counts the lines before it. */
  #nextQuote(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    for (; at < this.#length && bytes[at] !== QUOTE; at++) if (bytes[at] === LINE_FEED) this.#linesInside++;
    return at;
  }

  /** Puts bytes of a field with doubled quotes behind the `kept` ones before; how many those are then. */
  #unquote(from: number, to: number, kept: number): number {
    const length = kept + to - from;
    if (length > this.#unquoted.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(this.#unquoted.subarray(0, kept));
      this.#unquoted = longer;
    }
    this.#unquoted.set(this.#bytes.subarray(from, to), kept);
    this.#from = this.#unquoted;
    this.#start = 0;
    this.#end = length;
    return length;
  }

  #shownField(): string {
    return shown(decode(this.#from, this.#start, this.#end) ?? "bytes that are not UTF-8");
  }

  /** Keeps what is wrong: it may be that only the rest has not come yet. */
  #fail(at: number, message: string, field: number): -1 {
    this.#fault = { at, message, field };
    return -1;
  }

  #error(): CsvError {
    const { at, message, field } = this.#fault!;
    const name = this.#fields[field]?.name;
    return this.#errorAt(at, `Cannot read ${name === undefined ? "a row" : `column ${name}`}: ${message}`, name);
  }

  /** The error for the byte at `at`, which is in the row from the position on. */
  #errorAt(at: number, message: string, field?: string): CsvError {
    const { line, column } = placeOf(this.#bytes, this.#position, at, this.#line);
    return new CsvError(`${message} (line ${line}, column ${column})`, { line, column, field });
  }
}
