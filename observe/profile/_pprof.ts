import { gzipSync } from "node:zlib";
import type { StackFrame } from "../../heaps/core/call_stack.ts";
import { ProtobufWriter } from "./_protobuf.ts";
import { fromRoot, type ValueRow } from "./_value_row.ts";
import { VALUE_TYPES } from "./profile_values.ts";

/** What a file says beside its rows. */
export interface PprofHead {
  /** The bytes between two samples on average. */
  readonly sampleRate: number;
  /** The begin, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The length, in milliseconds. */
  readonly duration: number;
  /** Lines that readers show. */
  readonly comments: readonly string[];
}

/** Numbers texts, functions and places of a file, each once. */
class Numbers {
  readonly #numbers = new Map<string, number>();
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  /** The number of what `key` stands for; `add` is called when it is new. */
  of(key: string, add?: (number: number) => void): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#first + this.#numbers.size;
    this.#numbers.set(key, number);
    add?.(number);
    return number;
  }

  get keys(): Iterable<string> {
    return this.#numbers.keys();
  }
}

class PprofFile {
  readonly #writer = new ProtobufWriter();
  readonly #texts = new Numbers(0);
  readonly #functions = new Numbers(1);
  readonly #locations = new Numbers(1);

  constructor() {
    this.#texts.of("");
  }

  write(rows: readonly ValueRow[], { sampleRate, startedAt, duration, comments }: PprofHead): Uint8Array {
    for (const { name, unit } of VALUE_TYPES) this.#valueType(1, name, unit);
    for (const row of rows) {
      const locations = fromRoot(row).toReversed().map((frame) => this.#location(frame));
      const values = VALUE_TYPES.map(({ key }) => Math.round(row[key]));
      this.#writer.message(2, (sample) => sample.ints(1, locations).ints(2, values));
    }
    this.#writer.int(9, Math.round(startedAt) * 1e6).int(10, Math.round(duration * 1e6));
    this.#valueType(11, "space", "bytes");
    this.#writer.int(12, sampleRate);
    if (comments.length > 0) this.#writer.ints(13, comments.map((comment) => this.#texts.of(comment)));
    this.#writer.int(14, this.#texts.of("inuse_space"));
    for (const text of this.#texts.keys) this.#writer.text(6, text);
    return this.#writer.finish();
  }

  #valueType(field: number, name: string, unit: string): void {
    this.#writer.message(field, (type) => type.int(1, this.#texts.of(name)).int(2, this.#texts.of(unit)));
  }

  #location(frame: StackFrame): number {
    const { file, line, column } = frame;
    return this.#locations.of(JSON.stringify(frame), (id) => {
      const name = this.#function(frame.functionName === "" ? "(anonymous)" : frame.functionName, file);
      this.#writer.message(4, (location) => {
        location.int(1, id).message(4, (place) => place.int(1, name).int(2, line).int(3, column));
      });
    });
  }

  #function(name: string, file: string): number {
    return this.#functions.of(JSON.stringify([name, file]), (id) => {
      const [text, path] = [this.#texts.of(name), this.#texts.of(file)];
      this.#writer.message(5, (message) => message.int(1, id).int(2, text).int(3, text).int(4, path));
    });
  }
}

/** Rows as a `profile.proto` of pprof, compressed as its readers expect. */
export function writePprof(rows: readonly ValueRow[], head: PprofHead): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(new PprofFile().write(rows, head)));
}
