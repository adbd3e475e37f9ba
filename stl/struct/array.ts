import { elementAt, refuseIndex } from "../core/indexes.ts";
import { type Part, readable } from "../core/portrait.ts";
import { shown } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { requireElement } from "../elements/check.ts";
import type { AnyElement, Element, InferElement, InferInput } from "../elements/element.ts";
import { partsWriterOf, type Write } from "../elements/parts_writer.ts";
import { comparable } from "./_accessor_methods.ts";
import { checkByteLength, rangeOf } from "./layout.ts";
import { accessError, KEYS, type Keys, MEMORY, type Memory, OFFSET, type Place } from "./memory.ts";
import { accessorClass, type CompoundElement, type InferPlace, isCompound } from "./property.ts";
import { bindSelf, holdsSelf } from "./self_reference.ts";
import { refusal } from "../elements/refusal.ts";
import { writeWhole } from "./whole.ts";

/** A list of fixed length inside of memory. */
export interface FixedArray<E extends AnyElement> extends Iterable<InferPlace<E>> {
  /** How many elements it has. */
  readonly length: number;
  /** The element at `index`, an accessor where it has one. Throws `RangeError` when there is none. */
  get(index: number): InferPlace<E>;
  /** Replaces the element at `index`. Throws `RangeError` when there is none. */
  set(index: number, value: InferInput<E>): void;
  /** The element at `index`, counted from the end when it is negative; `undefined` when there is none. */
  at(index: number): InferPlace<E> | undefined;
  /**
   * Replaces all elements.
   *
   * Throws `RangeError` when there are more or fewer of them.
   */
  assign(values: Iterable<InferInput<E>> | FixedArray<E>): this;
  /** Replaces all elements by the same value. */
  fill(value: InferInput<E>): this;
  /** A copy as an ordinary array. */
  toObject(): InferElement<E>[];
  /** The same as {@linkcode FixedArray.toObject}. */
  toArray(): InferElement<E>[];
  /** The same for `JSON.stringify`, with what references lead to; throws `TypeError` when that leads back here. */
  toJSON(): InferElement<E>[];
  /** Whether every element of `other` has the same bytes. */
  equals(other: FixedArray<E>): boolean;
}

/** An element that is a list of others. */
export interface ArrayElement<E extends AnyElement>
  extends CompoundElement<InferElement<E>[], Iterable<InferInput<E>>, FixedArray<E>> {
  /** What the list is made of. */
  readonly item: E;
  /** How many there are. */
  readonly length: number;
}

type ListPlace = Place & { get(index: number): unknown; set(index: number, value: unknown): void };

/** What the methods use besides globals. */
interface MethodsParts extends Keys {
  readonly element: Element<unknown>;
  readonly elementAt: typeof elementAt;
  readonly isCompound: typeof isCompound;
  readonly length: number;
  readonly name: string;
  readonly refuseIndex: typeof refuseIndex;
}

/** Makes the methods of the accessors of one array. */
function defineMethods(
  parts: MethodsParts,
): Record<string | symbol, (this: ListPlace, ...parameters: never[]) => unknown> {
  const MEMORY: Keys["MEMORY"] = parts.MEMORY;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const { accessError, element, elementAt, isCompound, length, name, refuseIndex } = parts;
  const { read, write, byteLength } = element;
  const get = isCompound(element)
    ? (place: ListPlace, index: number): unknown => element.open(place[MEMORY], place[OFFSET] + index * byteLength)
    : (place: ListPlace, index: number): unknown => read(place[MEMORY].view, place[OFFSET] + index * byteLength);

  return {
    get(index: number): unknown {
      if (!(typeof index === "number" && index >>> 0 === index && index < length)) {
        refuseIndex("read", index, name, length);
      }
      try {
        return get(this, index);
      } catch (error) {
        throw accessError(error, this[MEMORY]);
      }
    },
    set(index: number, value: unknown): void {
      if (!(typeof index === "number" && index >>> 0 === index && index < length)) {
        refuseIndex("set", index, name, length);
      }
      try {
        write(this[MEMORY].view, this[OFFSET] + index * byteLength, value);
      } catch (error) {
        throw accessError(error, this[MEMORY]);
      }
    },
    at(index: number): unknown {
      const place = elementAt(index, length);
      return place < 0 ? undefined : this.get(place);
    },
    fill(value: unknown): ListPlace {
      this.set(0, value);
      try {
        const { view } = this[MEMORY];
        const all = new Uint8Array(view.buffer, view.byteOffset + this[OFFSET], length * byteLength);
        for (let index = 1; index < length; index++) all.copyWithin(index * byteLength, 0, byteLength);
      } catch (error) {
        throw accessError(error, this[MEMORY]);
      }
      return this;
    },
    *[Symbol.iterator](): Iterator<unknown> {
      for (let index = 0; index < length; index++) yield this.get(index);
    },
  };
}

function descriptorsOf(methods: object): PropertyDescriptorMap {
  return Object.fromEntries(Reflect.ownKeys(methods).map((key) => [key, { value: Reflect.get(methods, key) }]));
}

function makeRead({ read, byteLength }: Element<unknown>, length: number): ArrayElement<AnyElement>["read"] {
  return (view: DataView<ArrayBuffer>, byteOffset: number): unknown[] => {
    const values: unknown[] = [];
    for (let index = 0; index < length; index++) values.push(read(view, byteOffset + index * byteLength));
    return values;
  };
}

/** The elements to store; throws `TypeError` for what has none. */
function listOf(values: Iterable<unknown>): ArrayLike<unknown> {
  if (Array.isArray(values) || ArrayBuffer.isView(values)) return values as unknown[];
  if (typeof Object(values)[Symbol.iterator] === "function") return Array.from(values);
  const { length } = Object(values) as { length?: unknown };
  if (typeof length === "number") return values as unknown as ArrayLike<unknown>;
  throw refusal(new TypeError(`Cannot store ${shown(values)} as an array: expected an iterable or an array-like`));
}

/** Stores one element after the other. */
function makeWriteParts(element: Element<unknown>, length: number, name: string): Write<Iterable<unknown>> {
  const { byteLength } = element;
  const write = partsWriterOf(element as unknown as AnyElement);
  return (view: DataView<ArrayBuffer>, byteOffset: number, values: Iterable<unknown>): void => {
    const list = listOf(values);
    if (list.length !== length) {
      throw refusal(new RangeError(`Cannot store ${list.length} elements in ${name}: it has exactly ${length}`));
    }
    for (let index = 0; index < length; index++) write(view, byteOffset + index * byteLength, list[index]);
  };
}

/** The elements of a list, for what shows them. */
function* listParts(accessor: object): Iterable<Part> {
  const { length, get } = accessor as FixedArray<AnyElement>;
  for (let index = 0; index < length; index++) {
    yield [readable(() => get.call(accessor as FixedArray<AnyElement>, index))];
  }
}

/**
 * A list of `length` elements inside of a struct, `element[length]` in C.
 *
 * Storing throws `RangeError` for more or fewer elements. Throws `TypeError` for a value that is not an element,
 * `RangeError` for a length that is not an integer ≥ 1, and for more bytes than a block can have. Making one takes the
 * same time whatever the length; `assign`, `fill`, `toObject` and `equals` take time with it.
 *
 * @example
 * ```ts
 * import { array, f32, struct } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Sensor = struct({ samples: array(f32, 4) });
 * const sensor = Sensor.at(new Uint8Array(16));
 * sensor.samples.assign([1, 2, 3, 4]);
 * sensor.samples.set(0, 0.5);
 * assert.deepEqual(sensor.toObject(), { samples: [0.5, 2, 3, 4] });
 * ```
 */
export function array<E extends AnyElement>(element: E, length: number): ArrayElement<E> {
  requireElement("an array", element);
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new RangeError(
      `Cannot make an array of ${element.name}: expected an integer ≥ 1 as length, got ${shown(length)}`,
    );
  }
  const name = `array(${element.name}, ${length})`;
  const { byteLength, alignment } = element;
  const item = element as unknown as Element<unknown>;
  checkByteLength(`an ${name}`, length * byteLength);
  const ranges = [rangeOf(element, 0, length)];
  const writeParts = makeWriteParts(item, length, name);
  const list = {
    name,
    item,
    length,
    byteLength: length * byteLength,
    alignment,
    get layout(): string {
      return `${element.layout}[${length}]`;
    },
    ranges,
    read: makeRead(item, length),
    write: writeWhole(writeParts, length * byteLength, ranges),
    writeParts,
    open: (memory: Memory, byteOffset: number): Place => new Accessor(memory, byteOffset),
    ...(holdsSelf(element) && { withSelf: (self: AnyElement): AnyElement => array(bindSelf(element, self), length) }),
  };
  const methods = specialise(defineMethods)({
    ...KEYS,
    element: item,
    elementAt,
    isCompound,
    length,
    name,
    refuseIndex,
  });
  const common = comparable(list, (value) => value instanceof Accessor, {
    brackets: "[]",
    size: length,
    parts: listParts,
  });
  const assign = function (this: Place, values: Iterable<unknown>): Place {
    try {
      list.write(this[MEMORY].view, this[OFFSET], values);
      return this;
    } catch (error) {
      throw accessError(error, this[MEMORY]);
    }
  };
  const Accessor = accessorClass({
    ...descriptorsOf(methods),
    ...common,
    toArray: common["toObject"]!,
    assign: { value: assign },
    length: { value: length },
  });
  return list as unknown as ArrayElement<E>;
}
