import { gunzipSync } from "node:zlib";
import type { StackFrame } from "../../heaps/core/call_stack.ts";
import { type ProtobufField, readFields, readInts, signed } from "./_protobuf.ts";
import type { ValueRow } from "./_value_row.ts";
import { NO_VALUES, VALUE_TYPES } from "./profile_values.ts";

/** A compressed file begins with these. */
const GZIP = [0x1f, 0x8b];

/** A message of which each field is known by its number, those that come more than once in order. */
type Fields = ReadonlyMap<number, readonly ProtobufField[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  return Map.groupBy(readFields(bytes), ({ field }) => field);
}

function numberOf(fields: Fields, field: number): number {
  return signed(fields.get(field)?.at(-1)?.value ?? 0n);
}

const decoder = new TextDecoder();

/** What is read of a file of pprof. */
class PprofReader {
  readonly #fields: Fields;
  readonly #texts: readonly string[];
  readonly #functions: ReadonlyMap<number, Fields>;
  readonly #locations: ReadonlyMap<number, Fields>;
  readonly #mappings: ReadonlyMap<number, Fields>;

  constructor(bytes: Uint8Array) {
    this.#fields = fieldsOf(GZIP.every((byte, index) => bytes[index] === byte) ? gunzipSync(bytes) : bytes);
    this.#texts = this.#all(6).map(({ bytes: text }) => decoder.decode(text));
    this.#functions = this.#byId(5);
    this.#locations = this.#byId(4);
    this.#mappings = this.#byId(3);
  }

  #all(field: number): readonly ProtobufField[] {
    return this.#fields.get(field) ?? [];
  }

  #byId(field: number): Map<number, Fields> {
    return new Map(this.#all(field).map(({ bytes }) => fieldsOf(bytes)).map((each) => [numberOf(each, 1), each]));
  }

  rows(): ValueRow[] {
    const names = this.#all(1).map(({ bytes }) => this.#texts[numberOf(fieldsOf(bytes), 1)]);
    return this.#all(2).map(({ bytes }) => {
      const sample = fieldsOf(bytes);
      const values = (sample.get(2) ?? []).flatMap(readInts);
      // Go calls bytes space, and mimalloc bytes.
      const indexOf = (name: string): number =>
        Math.max(names.indexOf(name), names.indexOf(name.replace("space", "bytes")));
      const known = VALUE_TYPES.map(({ key, name }) => [key, values[indexOf(name)] ?? 0] as const);
      const frames = (sample.get(1) ?? []).flatMap(readInts).flatMap((id) => this.#frames(id));
      return { ...NO_VALUES, ...Object.fromEntries(known), frames };
    });
  }

  #frames(id: number): StackFrame[] {
    const location = this.#locations.get(id);
    if (location === undefined) return [];
    const lines = (location.get(4) ?? []).map(({ bytes }) => fieldsOf(bytes));
    if (lines.length === 0) return [this.#native(location)];
    return lines.map((line) => {
      const called = this.#functions.get(numberOf(line, 1));
      const text = (field: number): string => this.#texts[called === undefined ? 0 : numberOf(called, field)] ?? "";
      return { functionName: text(2), file: text(4), line: numberOf(line, 2), column: numberOf(line, 3) };
    });
  }

  /** Code without a name: its file and where in it. */
  #native(location: Fields): StackFrame {
    const address = BigInt.asUintN(64, location.get(3)?.at(-1)?.value ?? 0n);
    const mapping = this.#mappings.get(numberOf(location, 2));
    const path = mapping === undefined ? "" : this.#texts[numberOf(mapping, 5)] ?? "";
    if (mapping === undefined || path === "") {
      return { functionName: `0x${address.toString(16)}`, file: "", line: 0, column: 0 };
    }
    const within = address - BigInt.asUintN(64, mapping.get(2)?.at(-1)?.value ?? 0n) +
      BigInt.asUintN(64, mapping.get(4)?.at(-1)?.value ?? 0n);
    const file = path.slice(path.lastIndexOf("/") + 1);
    return { functionName: `${file}+0x${within.toString(16)}`, file: path, line: 0, column: 0 };
  }
}

/** The stacks of a file of pprof, compressed or not. Throws `RangeError` for what is none. */
export function readPprof(bytes: Uint8Array): ValueRow[] {
  return new PprofReader(bytes).rows();
}
