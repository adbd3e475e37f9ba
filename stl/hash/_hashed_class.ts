import { filledFrom, restored } from "../bytes/restored.ts";
import { ClassCache } from "../core/class_cache.ts";
import type { BaseClass } from "../core/container_base.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { ContainerOptions } from "../core/storage.ts";
import { checkedKind, type Kind } from "../elements/variable_element.ts";
import { laidOptions, readerOf } from "./_laid_entries.ts";
import { EntryFormat } from "./entry_format.ts";

/** What tells the public class of one sort of hashed container from the others. */
export interface HashedClassParts<O extends ContainerOptions> {
  /** What messages and bytes call it. */
  readonly label: "HashMap" | "HashSet" | "LruMap";
  readonly Base: BaseClass;
  /** Kinds that it is made of: keys, and values unless it is a set. */
  readonly kinds: 1 | 2;
  /** Makes the class of containers of some kinds, that grow a little at a time or at once. */
  readonly classOf: (
    kinds: readonly [Kind<unknown>, Kind<unknown>],
    incremental: boolean,
  ) => new (options: O) => object;
  /** Makes the class of containers of some kinds that lie over bytes; left out where none do. */
  readonly laidClassOf?: (
    kinds: readonly [Kind<unknown>, Kind<unknown>],
  ) => new (options: O, reader: ByteReader) => object;
}

/** The public class `C` of a sort of hashed containers: they are made of their kinds and then options. */
export function hashedClass<C, O extends ContainerOptions & { readonly incremental?: boolean }>(
  { label, Base, kinds, classOf, laidClassOf }: HashedClassParts<O>,
): C {
  const classes = new ClassCache<new (options: O) => object>();
  const laidClasses = new ClassCache<new (options: O, reader: ByteReader) => object>();

  function create(first: unknown, second: unknown, third: unknown): object {
    const key = checkedKind(first as Kind<unknown>, label);
    const value = kinds === 1 ? key : checkedKind(second as Kind<unknown>, label);
    const options = (kinds === 1 ? second : third) as O;
    const reader = readerOf(options);
    if (reader !== undefined) {
      return new (laidClasses.of(key, value, 0, () => laidClassOf!([key, value])))(options, reader);
    }
    const incremental = options?.incremental ?? false;
    const Class = classes.of(key, value, incremental ? 1 : 0, () => classOf([key, value], incremental));
    return new Class(options);
  }

  function fromBytes(make: Make, ...given: unknown[]): object {
    const chosen = given.slice(0, kinds).map((kind) => checkedKind(kind as Kind<unknown>, label));
    const [bytes, options] = given.slice(kinds) as [Uint8Array, O];
    const reader = new EntryFormat(label, ...chosen as [Kind<unknown>, Kind<unknown>?]).read(bytes);
    return restored(reader, options, (own) => make(...chosen, own), filledFrom(reader));
  }

  function over(make: Make, ...given: unknown[]): object {
    const chosen = given.slice(0, kinds).map((kind) => checkedKind(kind as Kind<unknown>, label));
    const reader = new EntryFormat(label, ...chosen as [Kind<unknown>, Kind<unknown>?])
      .readInPlace(given[kinds] as Uint8Array);
    return make(...chosen, laidOptions(reader));
  }

  const statics = laidClassOf === undefined ? { fromBytes } : { fromBytes, over };
  return publicClass<C, [unknown, unknown, unknown]>(label, Base, create, statics);
}
