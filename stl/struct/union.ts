import { namedParts } from "../core/portrait.ts";
import { shown } from "../core/refuse.ts";
import { requireElement } from "../elements/check.ts";
import type { AnyElement, Element, InferElement, InferInput } from "../elements/element.ts";
import type { IntegerElement } from "../elements/number_element.ts";
import { u8 } from "../elements/numbers.ts";
import { partsWriterOf, type Write } from "../elements/parts_writer.ts";
import { comparable } from "./_accessor_methods.ts";
import { requireObject } from "./convert.ts";
import { alignUp, checkByteLength, checkOrder } from "./layout.ts";
import { accessError, MEMORY, type Memory, OFFSET, PARTS, type Place } from "./memory.ts";
import { accessorClass, type CompoundElement, type InferPlace, isCompound } from "./property.ts";
import { bindSelf, holdsSelf } from "./self_reference.ts";
import { refusal } from "../elements/refusal.ts";
import { writeWhole } from "./whole.ts";

/** What a union can be, by tag. */
export type Variants = Readonly<Record<string, AnyElement>>;

/** The value of a union with its tag. */
export type UnionObject<V extends Variants> = {
  [K in keyof V & string]: { tag: K; value: InferElement<V[K]> };
}[keyof V & string];

/** What a union can be filled from. */
export type UnionInput<V extends Variants> = {
  [K in keyof V & string]: { readonly tag: K; readonly value: InferInput<V[K]> };
}[keyof V & string];

/** A union inside of memory; comparing its tag tells TypeScript the type of its value. */
export type UnionAccessor<V extends Variants> =
  & {
    [K in keyof V & string]: {
      /** Which variant it is. */
      readonly tag: K;
      /** The value, as an accessor where the variant has one. */
      value: InferPlace<V[K]>;
    };
  }[keyof V & string]
  & {
    /** Stores tag and value. */
    assign(value: UnionInput<V>): UnionAccessor<V>;
    /** A copy as a plain object. */
    toObject(): UnionObject<V>;
    /** The same for `JSON.stringify`, with what references lead to; throws `TypeError` when that leads back here. */
    toJSON(): UnionObject<V>;
    /** Whether tag and all bytes of the value are the same. */
    equals(other: UnionAccessor<V>): boolean;
  };

/** An element that is one of some others. */
export interface UnionElement<V extends Variants>
  extends CompoundElement<UnionObject<V>, UnionInput<V>, UnionAccessor<V>> {
  /** What it can be, by tag. */
  readonly variants: V;
}

interface Tagged {
  readonly tag: string;
  readonly value: unknown;
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number));
}

/** Where the parts of a union lie, and what its tags stand for. */
class Union {
  readonly names: readonly string[];
  readonly variants: readonly Element<unknown>[];
  readonly #writers: readonly Write[];
  readonly tag: IntegerElement;
  readonly valueOffset: number;
  readonly valueBytes: number;
  readonly alignment: number;
  readonly byteLength: number;

  constructor(variants: Variants, tag: IntegerElement) {
    this.names = Object.keys(variants);
    this.variants = Object.values(variants) as unknown as Element<unknown>[];
    if (this.names.length === 0) throw new TypeError("Cannot make a union without variants");
    for (const name of this.names) {
      checkOrder("a union with the tag", name);
      requireElement(`a union with the tag ${name}`, variants[name]);
    }
    const widest = largest(this.variants.map(({ alignment }) => alignment));
    this.#writers = Object.values(variants).map(partsWriterOf);
    this.tag = tag;
    this.valueOffset = alignUp(tag.byteLength, widest);
    this.valueBytes = largest(this.variants.map(({ byteLength }) => byteLength));
    this.alignment = Math.max(tag.alignment, widest);
    this.byteLength = alignUp(this.valueOffset + this.valueBytes, this.alignment);
    checkByteLength("a union", this.byteLength);
  }

  indexAt(view: DataView<ArrayBuffer>, byteOffset: number): number {
    const index = this.tag.read(view, byteOffset);
    if (index < this.names.length) return index;
    throw new RangeError(`Cannot read tag ${index} of a union: it has ${this.names.join(", ")}`);
  }

  read(view: DataView<ArrayBuffer>, byteOffset: number): Tagged {
    const index = this.indexAt(view, byteOffset);
    return { tag: this.names[index]!, value: this.variants[index]!.read(view, byteOffset + this.valueOffset) };
  }

  /** Stores the value and then the tag: for memory that is thrown away when it throws. */
  writeParts(view: DataView<ArrayBuffer>, byteOffset: number, given: Tagged): void {
    // Read before the bytes are cleared that it may be an accessor of.
    const source = requireObject(given);
    const { tag, value } = "toObject" in source ? (source.toObject as () => Tagged)() : source;
    const index = this.names.indexOf(tag);
    if (index < 0) {
      throw refusal(new TypeError(`Cannot store a union ${shown(tag)}: expected one of ${this.names.join(", ")}`));
    }
    const start = byteOffset + this.valueOffset;
    // Bytes that a smaller variant leaves are zero, so that equal values have equal bytes.
    for (let byte = 0; byte < this.valueBytes; byte++) view.setUint8(start + byte, 0);
    this.#writers[index]!(view, start, value);
    this.tag.write(view, byteOffset, index);
  }

  open(place: Place): unknown {
    const index = this.indexAt(place[MEMORY].view, place[OFFSET]);
    const variant = this.variants[index]!;
    const start = place[OFFSET] + this.valueOffset;
    if (!isCompound(variant)) return variant.read(place[MEMORY].view, start);
    const part = (place[PARTS] ??= [])[index] ??= variant.open(place[MEMORY], start);
    part[OFFSET] = start;
    return part;
  }
}

function reaching<P extends unknown[], R>(
  action: (place: Place, ...parameters: P) => R,
): (this: Place, ...parameters: P) => R {
  return function (this: Place, ...parameters: P): R {
    try {
      return action(this, ...parameters);
    } catch (error) {
      throw accessError(error, this[MEMORY]);
    }
  };
}

function propertiesOf(parts: Union, write: Write<Tagged>): PropertyDescriptorMap {
  const { variants, names, valueOffset } = parts;
  return {
    tag: {
      enumerable: true,
      get: reaching((place) => names[parts.indexAt(place[MEMORY].view, place[OFFSET])]),
    },
    value: {
      enumerable: true,
      get: reaching((place) => parts.open(place)),
      set: reaching((place, value: unknown): void => {
        const { view } = place[MEMORY];
        variants[parts.indexAt(view, place[OFFSET])]!.write(view, place[OFFSET] + valueOffset, value);
      }),
    },
    assign: {
      value: reaching((place, value: Tagged): Place => {
        write(place[MEMORY].view, place[OFFSET], value);
        return place;
      }),
    },
  };
}

function bindVariants(variants: Variants, self: AnyElement): Variants {
  return Object.fromEntries(Object.entries(variants).map(([name, variant]) => [name, bindSelf(variant, self)]));
}

/**
 * One of several elements in the same bytes, with a tag that tells which: in C a struct of an integer `tag` and a
 * `union`. Tags are numbered in the order of `variants`.
 *
 * Storing throws `TypeError` for an unknown tag, reading `RangeError` for a number that is not a tag. Throws
 * `TypeError` without variants, for one that is not an element, and for a tag that is an integer; `RangeError` for more
 * bytes than a block can have.
 *
 * @example
 * ```ts
 * import { f64, struct, union } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Shape = union({ circle: struct({ radius: f64 }), square: struct({ side: f64 }) });
 * const Item = struct({ shape: Shape });
 * const { shape } = Item.at(new Uint8Array(16));
 * shape.assign({ tag: "square", value: { side: 3 } });
 * assert.equal(shape.tag === "square" && shape.value.side ** 2, 9);
 * ```
 */
export function union<const V extends Variants>(variants: V, tag: IntegerElement = u8): UnionElement<V> {
  const parts = new Union(variants, tag);
  const { byteLength, alignment, valueOffset, valueBytes, names } = parts;
  const ranges = [
    { byteOffset: 0, byteLength: parts.tag.byteLength },
    { byteOffset: valueOffset, byteLength: valueBytes },
  ];
  const writeParts: Write<Tagged> = (view, byteOffset, value) => parts.writeParts(view, byteOffset, value);
  const write = writeWhole(writeParts, byteLength, ranges);
  const element = {
    name: "union",
    variants,
    byteLength,
    alignment,
    get layout(): string {
      const texts = parts.variants.map(({ layout }, index) => `${JSON.stringify(names[index])}:${layout}`);
      return `union ${parts.tag.layout}@${valueOffset}{${texts.join(",")}}`;
    },
    ranges,
    read: (view: DataView<ArrayBuffer>, byteOffset: number): Tagged => parts.read(view, byteOffset),
    write,
    writeParts,
    open: (memory: Memory, byteOffset: number): Place => new Accessor(memory, byteOffset),
    ...(Object.values(variants).some(holdsSelf) && {
      withSelf: (self: AnyElement): AnyElement => union(bindVariants(variants, self), tag),
    }),
  };
  const Accessor = accessorClass({
    ...comparable(element, (value) => value instanceof Accessor, {
      brackets: "{}",
      size: 2,
      parts: (accessor) => namedParts(accessor, ["tag", "value"]),
    }),
    ...propertiesOf(parts, write),
  });
  return element as unknown as UnionElement<V>;
}
