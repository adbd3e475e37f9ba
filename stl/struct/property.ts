import { specialise } from "../core/specialise.ts";
import type { AnyElement, Element, InferElement } from "../elements/element.ts";
import { compileProperty, type Property } from "./_compile.ts";
import { inField } from "./convert.ts";
import { type ELEMENT, KEYS, type Keys, type Memory, type Place } from "./memory.ts";

/** An element that is reached through an accessor of its own: a struct, array, union or group of bits. */
export interface CompoundElement<T, Input, A> extends Element<T, Input> {
  /** An accessor of the value at `byteOffset`. */
  open(memory: Memory, byteOffset: number): A;
}

interface ValuePropertyParts<T> extends Keys {
  readonly element: Element<T>;
  readonly inField: typeof inField;
  readonly name: string;
  readonly offset: number;
}

/** Makes the property of a value. */
function defineValue<T>(parts: ValuePropertyParts<T>): Property<T> {
  const MEMORY: Keys["MEMORY"] = parts.MEMORY;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const { accessError, element, inField, name, offset } = parts;
  const { read, write } = element;
  return {
    get(): T {
      try {
        return read(this[MEMORY].view, this[OFFSET] + offset);
      } catch (error) {
        throw accessError(error, this[MEMORY]);
      }
    },
    set(value: T): void {
      try {
        write(this[MEMORY].view, this[OFFSET] + offset, value);
      } catch (error) {
        throw inField(accessError(error, this[MEMORY]), name);
      }
    },
  };
}

interface PartPropertyParts<A> extends Keys {
  readonly element: CompoundElement<unknown, unknown, A>;
  readonly inField: typeof inField;
  readonly index: number;
  readonly name: string;
  readonly offset: number;
}

/** Makes the property of a part that has an accessor of its own. */
function definePart<A extends Place>(parts: PartPropertyParts<A>): Property<A> {
  const MEMORY: Keys["MEMORY"] = parts.MEMORY;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const PARTS: Keys["PARTS"] = parts.PARTS;
  const { accessError, element, inField, index, name, offset } = parts;
  const { write } = element;
  return {
    get(): A {
      const parts = this[PARTS] ??= [];
      const part = parts[index] ??= element.open(this[MEMORY], 0);
      part[OFFSET] = this[OFFSET] + offset;
      return part as A;
    },
    set(value: A): void {
      try {
        write(this[MEMORY].view, this[OFFSET] + offset, value);
      } catch (error) {
        throw inField(accessError(error, this[MEMORY]), name);
      }
    },
  };
}

/** Whether an element has an accessor of its own. */
export function isCompound(element: AnyElement): element is CompoundElement<unknown, unknown, Place> {
  return "open" in element;
}

/** How a field is reached. */
export interface PropertyOptions {
  /** What it is called. */
  readonly name: string;
  /** Whether it has no setter. */
  readonly readonly: boolean;
  /** Whether it shares its code with others, because there are too many to compile. */
  readonly shared: boolean;
}

/** The getter and setter for the element at `offset` of whatever has them, of which it is part `index`. */
export function propertyOf(
  element: AnyElement,
  offset: number,
  index: number,
  { name, readonly, shared }: PropertyOptions,
): PropertyDescriptor {
  const parts = { ...KEYS, inField, name, offset };
  const property = isCompound(element)
    ? (shared ? definePart : specialise(definePart))({ ...parts, element, index })
    : valueProperty({ ...parts, element: element as Element<unknown> }, shared);
  return readonly ? { get: property.get } : property;
}

function valueProperty(parts: ValuePropertyParts<unknown>, shared: boolean): Property<unknown> {
  if (shared) return defineValue(parts);
  return compileProperty(parts.element, parts.offset, defineValue(parts), KEYS) ?? specialise(defineValue)(parts);
}

/** A class of accessors without any field. */
export type PlaceClass = new (memory: Memory, offset: number) => Place;

function defineAccessor(keys: Keys): new (memory: Memory, offset: number) => Omit<Place, typeof ELEMENT> {
  const MEMORY: Keys["MEMORY"] = keys.MEMORY;
  const OFFSET: Keys["OFFSET"] = keys.OFFSET;
  const PARTS: Keys["PARTS"] = keys.PARTS;
  return class Accessor implements Omit<Place, typeof ELEMENT> {
    declare [MEMORY]: Memory;
    declare [OFFSET]: number;
    declare [PARTS]: Place[] | undefined;

    constructor(memory: Memory, offset: number) {
      this[MEMORY] = memory;
      this[OFFSET] = offset;
      this[PARTS] = undefined;
    }
  };
}

/** A new class of accessors whose prototype has `properties`. */
export function accessorClass(properties: PropertyDescriptorMap): PlaceClass {
  const Class = specialise(defineAccessor)(KEYS) as PlaceClass;
  Object.defineProperties(Class.prototype, properties);
  return Class;
}

/** Any element that is reached through an accessor of its own. */
// deno-lint-ignore no-explicit-any -- a constraint that each of them meets, whatever it stores
export type AnyCompound = CompoundElement<any, any, any>;

/** What an element is inside of memory: an accessor where it has one, else its value. */
export type InferPlace<E extends AnyElement> = E extends CompoundElement<infer _T, infer _I, infer A> ? A
  : InferElement<E>;
