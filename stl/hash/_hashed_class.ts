import { filledFrom, restored } from "../bytes/restored.ts";
import { ClassCache } from "../core/class_cache.ts";
import { type BaseClass, type Make, publicClass } from "../core/container_base.ts";
import type { ContainerOptions } from "../core/storage.ts";
import { checkedKind, type Kind } from "../elements/variable_element.ts";
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
}

/** The public class `C` of a sort of hashed containers: they are made of their kinds and then options. */
export function hashedClass<C, O extends ContainerOptions & { readonly incremental?: boolean }>(
  { label, Base, kinds, classOf }: HashedClassParts<O>,
): C {
  const classes = new ClassCache<new (options: O) => object>();

  /** The kinds that come first; those of a set are one twice. */
  function kindsOf(given: readonly unknown[]): [key: Kind<unknown>, value: Kind<unknown>] {
    const key = checkedKind(given[0] as Kind<unknown>, label);
    return [key, kinds === 1 ? key : checkedKind(given[1] as Kind<unknown>, label)];
  }

  function create(...given: unknown[]): object {
    const [key, value] = kindsOf(given);
    const options = given[kinds] as O;
    const incremental = options?.incremental ?? false;
    const Class = classes.of(key, value, incremental ? 1 : 0, () => classOf([key, value], incremental));
    return new Class(options);
  }

  function fromBytes(make: Make, ...given: unknown[]): object {
    const chosen = kindsOf(given).slice(0, kinds) as [Kind<unknown>, Kind<unknown>?];
    const [bytes, options] = given.slice(kinds) as [Uint8Array, O];
    const reader = new EntryFormat(label, ...chosen).read(bytes);
    return restored(options, (own) => make(...chosen, own), filledFrom(reader));
  }

  return publicClass<C, unknown[]>(label, Base, create, { fromBytes });
}
