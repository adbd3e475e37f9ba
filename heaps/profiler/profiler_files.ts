import { accessSync, constants, readdirSync } from "node:fs";
import path from "node:path";
import { shown } from "../argument.ts";

/** What the files of a profiler are: protocol buffers for `pprof`, or the text of older tools. */
export type ProfileFormat = "protobuf" | "text";

/** How mimalloc ends the names of its files. */
const EXTENSIONS: Readonly<Record<ProfileFormat, string>> = { protobuf: ".pb", text: ".heap" };

/** mimalloc cuts off what does not fit its room for a name, about 1,024 bytes with the number of the file. */
const MAX_PATH_BYTES = 1000;

/** The files of one profiler: `<path>.0001.pb` and so on. */
export class ProfilerFiles {
  readonly #extension: string;
  /** What their names begin with, from the root on. */
  readonly path: string;

  /** Checks that files can be written and are not there yet; throws as `Profiler` says. */
  constructor(wanted: string, format: ProfileFormat) {
    if (typeof wanted !== "string" || wanted === "" || wanted.includes("\0")) {
      throw new TypeError(`Cannot write profiles to ${shown(wanted)}: expected a path`);
    }
    if (!Object.hasOwn(EXTENSIONS, format)) {
      throw new TypeError(`Cannot write profiles as ${shown(format)}: expected "protobuf" or "text"`);
    }
    this.#extension = EXTENSIONS[format];
    this.path = path.resolve(wanted);
    const { length } = this.encode();
    if (length > MAX_PATH_BYTES) {
      throw new RangeError(`Cannot write profiles to ${wanted}: the path has ${length} of ${MAX_PATH_BYTES} bytes`);
    }
    const [first] = this.#listFirst();
    if (first !== undefined) {
      throw new Error(`Cannot write profiles to ${wanted}: ${first} is there and would be lost, name another path`);
    }
  }

  #listFirst(): string[] {
    try {
      accessSync(path.dirname(this.path), constants.W_OK);
      return this.list();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot write profiles to ${this.path}: ${reason}`, { cause });
    }
  }

  /** The path as C takes it: it puts the number before the extension, by which it knows the format. */
  encode(): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(`${this.path}${this.#extension}\0`);
  }

  /** The files that there are, in the order in which they were written. */
  list(): string[] {
    const directory = path.dirname(this.path);
    const numbers = readdirSync(directory).map((name) => this.#numberOf(name)).filter((text) => /^\d{4,}$/.test(text));
    return numbers.sort((a, b) => Number(a) - Number(b)).map((text) => `${this.path}.${text}${this.#extension}`);
  }

  /** What stands in a name where the number of a file stands. */
  #numberOf(name: string): string {
    const start = `${path.basename(this.path)}.`;
    const fits = name.startsWith(start) && name.endsWith(this.#extension);
    return fits ? name.slice(start.length, -this.#extension.length) : "";
  }
}
