import type { ContainerKind } from "./byte_format.ts";
import { ByteReader } from "./byte_reader.ts";
import { writeColumns } from "./byte_writer.ts";
import { requirePortable } from "./readable.ts";
import { columnReader, columnWriter, sectionsOf } from "./value_column.ts";
import type { AnyElement } from "../elements/element.ts";
import { type Kind, VariableElement } from "../elements/variable_element.ts";

/** How maps of one kind of keys and values become bytes and back: a column of keys, and one of values. */
export class PairFormat {
  readonly #kind: ContainerKind;
  readonly #key: Kind<unknown>;
  readonly #value: Kind<unknown>;
  readonly #layout: string;
  readonly #fixed: readonly AnyElement[];

  /** The format of maps of these kinds. */
  constructor(kind: ContainerKind, key: Kind<unknown>, value: Kind<unknown>) {
    this.#kind = kind;
    this.#key = key;
    this.#value = value;
    this.#layout = `${key.layout} -> ${value.layout}`;
    this.#fixed = [key, value].filter((kind) => !(kind instanceof VariableElement)) as AnyElement[];
  }

  /** Names the layout of maps of the kinds; throws `TypeError` for references, which `action` would lose. */
  shapeFor(action: string): string {
    requirePortable(action, this.#kind, this.#fixed);
    return `${this.#kind}(${this.#layout})`;
  }

  /** The bytes of a map of `size` entries. */
  save(size: number, entries: Iterable<readonly [unknown, unknown]>): Uint8Array<ArrayBuffer> {
    requirePortable("write", this.#kind, this.#fixed);
    const [keys, values] = [columnWriter(this.#key, size), columnWriter(this.#value, size)];
    for (const [key, value] of entries) {
      keys.put(key);
      values.put(value);
    }
    const heading = { kind: this.#kind, layout: this.#layout, count: size };
    return writeColumns(heading, [...keys.columns(), ...values.columns()]);
  }

  /** Looks through bytes; throws `TypeError` and `FormatError`. */
  read(bytes: Uint8Array): ByteReader {
    requirePortable("read", this.#kind, this.#fixed);
    return new ByteReader(this.#kind, this.#layout, sectionsOf(this.#key) + sectionsOf(this.#value), bytes);
  }

  /** Adds every entry by `set`, which returns how many there are then. */
  restore(reader: ByteReader, set: (key: unknown, value: unknown) => number): void {
    const key = columnReader(this.#key, reader, 0);
    const value = columnReader(this.#value, reader, sectionsOf(this.#key));
    for (let entry = 0; entry < reader.count; entry++) {
      // In whatever order: nothing is taken for sorted.
      if (set(key(), value()) === entry) reader.refuse(0, 0, `key ${entry} is equal to one before it`);
    }
  }
}
