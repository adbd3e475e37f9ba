import { namedParts } from "../core/portrait.ts";
import { MOST_COMPILED } from "../core/specialise.ts";
import { assignable, comparable } from "./_accessor_methods.ts";
import { compileRead, compileWrite } from "./_compile.ts";
import type { ByteRange, FieldLayout, Layout } from "./layout.ts";
import type { Memory } from "./memory.ts";
import { accessorClass, type CompoundElement, type PlaceClass, propertyOf } from "./property.ts";

/** What a {@linkcode Compound} is made of. */
export interface CompoundOptions<T, Input> {
  /** What messages call it. */
  readonly name: string;
  /** Where its fields lie. */
  readonly layout: Layout;
  /** The text for {@linkcode Compound.layout}. */
  readonly text: () => string;
  /** Stores a whole value in one go; made of the fields when it is left out. */
  readonly write?: (view: DataView<ArrayBuffer>, byteOffset: number, value: Input) => void;
  /** Further properties of its accessors. */
  readonly properties?: PropertyDescriptorMap;
  /** What it reads, for its type alone. */
  readonly value?: T;
}

/** An element that is made of fields, with a class of accessors that has a property for each of them. */
export class Compound<T, Input, A> implements CompoundElement<T, Input, A> {
  /** What messages call it. */
  readonly name: string;
  /** Bytes of one value, with the padding at its end. */
  readonly byteLength: number;
  /** The alignment in C. */
  readonly alignment: number;
  /** The fields in the order of their places. */
  readonly fields: readonly FieldLayout[];
  /** The bytes that fields occupy, without padding. */
  readonly ranges: readonly ByteRange[];
  /** The fields as a plain object. */
  readonly read: (view: DataView<ArrayBuffer>, byteOffset: number) => T;
  /**
   * Stores all fields; bytes between them stay as they are. Throws `TypeError` when one is missing, and what its fields
   * throw; then nothing has changed.
   */
  readonly write: (view: DataView<ArrayBuffer>, byteOffset: number, value: Input) => void;
  /** The same field by field, for memory that is thrown away when it throws. */
  readonly writeParts: (view: DataView<ArrayBuffer>, byteOffset: number, value: Input) => void;
  readonly #Accessor: PlaceClass;
  readonly #text: () => string;
  #layout: string | undefined;

  /** Makes an element of its parts. */
  constructor({ name, layout, text, write, properties }: CompoundOptions<T, Input>) {
    this.name = name;
    this.fields = layout.fields;
    this.byteLength = layout.byteLength;
    this.alignment = layout.alignment;
    this.ranges = layout.ranges;
    this.#text = text;
    this.read = compileRead(layout.fields) as typeof this.read;
    const writers = write === undefined ? compileWrite(name, layout) : { write, writeParts: write };
    this.write = writers.write as typeof this.write;
    this.writeParts = writers.writeParts as typeof this.write;
    this.#Accessor = accessorClass({ ...this.#methods(), ...this.#properties(), ...properties });
  }

  // Not before it is needed: that of structs in structs is as long as those are deep, and more.
  /** Names every field with its kind and place. */
  get layout(): string {
    return this.#layout ??= this.#text();
  }

  #methods(): PropertyDescriptorMap {
    const byName = new Map(this.fields.map((field) => [field.name, field]));
    const names = [...byName.keys()];
    const shape = {
      brackets: "{}",
      size: names.length,
      parts: (accessor: object) => namedParts(accessor, names),
    } as const;
    return { ...comparable(this, (value) => this.isAccessor(value), shape), ...assignable(this, byName) };
  }

  #properties(): PropertyDescriptorMap {
    const properties: PropertyDescriptorMap = {};
    const shared = this.fields.length > MOST_COMPILED;
    this.fields.forEach(({ name, element, byteOffset, readonly }, index) => {
      const property = propertyOf(element, byteOffset, index, { name, readonly, shared });
      properties[name] = { ...property, enumerable: true };
    });
    return properties;
  }

  /** An accessor of what is at `byteOffset`; what containers are made with. */
  open(memory: Memory, byteOffset: number): A {
    return new this.#Accessor(memory, byteOffset) as unknown as A;
  }

  /** Whether `value` is an accessor of this element. */
  isAccessor(value: unknown): value is A {
    return value instanceof this.#Accessor;
  }
}
