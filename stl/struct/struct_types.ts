import type { AnyElement, Element, InferElement, InferInput } from "../elements/element.ts";
import type { ArrayElement } from "./array.ts";
import type { Fields } from "./layout.ts";
import type { InferPlace } from "./property.ts";
import type { ReadonlyField } from "./readonly_field.ts";
import type { SelfReference } from "./self_reference.ts";
import type { UnionElement } from "./union.ts";

/** The element of a field. */
export type FieldElement<F> = F extends ReadonlyField<infer E> ? E : F extends AnyElement ? F : never;

/** The names of readonly fields. */
export type ReadonlyNames<F extends Fields> = {
  [K in keyof F]: F[K] extends ReadonlyField<AnyElement> ? K : never;
}[keyof F];

/** An element inside of the struct of `F`: what `reference("self")` stands for is known there. */
export type ElementIn<E extends AnyElement, F extends Fields> = E extends SelfReference ? Element<Accessor<F> | null>
  : E extends ArrayElement<infer Item> ? ArrayElement<ElementIn<Item, F>>
  : E extends UnionElement<infer V> ? UnionElement<{ readonly [K in keyof V]: ElementIn<V[K], F> }>
  : E;

/** What a field is in an accessor of the struct of `F`. */
export type PlaceIn<E, F extends Fields> = E extends AnyElement ? InferPlace<ElementIn<E, F>> : never;

/** What a field is in a plain object of the struct of `F`. */
export type ObjectIn<E, F extends Fields> = E extends AnyElement ? InferElement<ElementIn<E, F>> : never;

/** What a field of the struct of `F` can be filled from. */
export type InputIn<E, F extends Fields> = E extends AnyElement ? InferInput<ElementIn<E, F>> : never;

/** A struct as a plain object: a copy of all its fields. */
export type StructObject<F extends Fields> = { -readonly [K in keyof F]: ObjectIn<FieldElement<F[K]>, F> };

/** What a struct can be filled from: a plain object with all of its fields, or an accessor. */
export type StructInput<F extends Fields> = { readonly [K in keyof F]: InputIn<FieldElement<F[K]>, F> };

/** What can be assigned to a struct: some of the fields that are not declared readonly. */
export type StructPatch<F extends Fields> = Partial<Omit<StructInput<F>, ReadonlyNames<F>>>;

/** What every accessor of a struct can do. */
export interface AccessorMethods<F extends Fields> {
  /** A copy of all fields as a plain object. */
  toObject(): StructObject<F>;
  /** The same for `JSON.stringify`, with what references lead to; throws `TypeError` when that leads back here. */
  toJSON(): StructObject<F>;
  /**
   * Stores some fields; all but the readonly ones of another accessor.
   *
   * Throws `TypeError` for a field that is unknown or readonly, and what the fields throw; then nothing has changed.
   */
  assign(values: StructPatch<F>): this;
  /** Whether every field of `other` has the same bytes; bytes between fields do not count. */
  equals(other: Accessor<F>): boolean;
}

/**
 * A struct inside of memory: its fields are properties that read and write the memory itself. It stays valid when the
 * memory moves, and throws `ClosedError` once the memory was taken back.
 */
export type Accessor<F extends Fields> =
  & { [K in Exclude<keyof F, ReadonlyNames<F>>]: PlaceIn<FieldElement<F[K]>, F> }
  & { readonly [K in ReadonlyNames<F>]: PlaceIn<FieldElement<F[K]>, F> }
  & AccessorMethods<F>;
