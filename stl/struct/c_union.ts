import { namedParts } from "../core/portrait.ts";
import { shown } from "../core/refuse.ts";
import { requireElement } from "../elements/check.ts";
import type { AnyElement, Element, InferElement, InferInput } from "../elements/element.ts";
import { partsWriterOf, type Write } from "../elements/parts_writer.ts";
import { refusal } from "../elements/refusal.ts";
import { comparable } from "./_accessor_methods.ts";
import { requireObject, writeField } from "./convert.ts";
import { alignUp, checkByteLength, checkName, type FieldLayout } from "./layout.ts";
import { accessError, MEMORY, type Memory, OFFSET, type Place } from "./memory.ts";
import { accessorClass, type CompoundElement, type InferPlace, propertyOf } from "./property.ts";
import { writeWhole } from "./whole.ts";

/** What a union of C can be, by the names of its members. */
export type Members = Readonly<Record<string, AnyElement>>;

/** The value of a union of C, as each of its members. */
export type CUnionObject<M extends Members> = { -readonly [K in keyof M]: InferElement<M[K]> };

/** What a union of C can be filled from: one member and its value. */
export type CUnionInput<M extends Members> = {
  [K in keyof M & string]: { readonly [N in K]: InferInput<M[K]> } & { readonly [N in Exclude<keyof M, K>]?: never };
}[keyof M & string];

/** A union of C inside of memory: its members are properties of the same bytes. */
export type CUnionAccessor<M extends Members> = { -readonly [K in keyof M]: InferPlace<M[K]> } & {
  /** Stores one member; bytes that it leaves become zero. */
  assign(value: CUnionInput<M>): CUnionAccessor<M>;
  /** A copy as each of the members. */
  toObject(): CUnionObject<M>;
  /** The same for `JSON.stringify`. */
  toJSON(): CUnionObject<M>;
  /** Whether all bytes are the same. */
  equals(other: CUnionAccessor<M>): boolean;
};

/** An element that is a union of C. */
export interface CUnionElement<M extends Members>
  extends CompoundElement<CUnionObject<M>, CUnionInput<M> | CUnionAccessor<M>, CUnionAccessor<M>> {
  /** What it can be, by name. */
  readonly members: M;
}

type Values = Readonly<Record<string, unknown>>;

/** Whether reading an element reads memory that its bytes lead to. */
function follows(element: AnyElement): boolean {
  if ("follows" in element) return true;
  if ("fields" in element) return (element.fields as readonly FieldLayout[]).some((field) => follows(field.element));
  return "item" in element && follows(element.item as AnyElement);
}

function checkedMembers(members: Members): [string, Element<unknown>][] {
  const entries = Object.entries(members) as unknown as [string, Element<unknown>][];
  if (entries.length === 0) throw new TypeError("Cannot make a union of C without members");
  for (const [name, element] of entries) {
    checkName("a union of C with the member", name);
    requireElement(`a union of C with the member ${name}`, element);
    if (!follows(element as unknown as AnyElement)) continue;
    throw new TypeError(
      `Cannot make a union of C with the member ${name}: reading it follows the pointer that its bytes are then, ` +
        "whatever member was stored; use a pointer",
    );
  }
  return entries;
}

/** The one member that `values` names. */
function memberOf(values: Values, writers: ReadonlyMap<string, Write>): string {
  const names = Object.keys(requireObject(values)).filter((name) => values[name] !== undefined);
  const [name] = names;
  if (names.length === 1 && writers.has(name!)) return name!;
  throw refusal(
    new TypeError(
      `Cannot store ${shown(values)} with ${names.length === 0 ? "nothing" : names.join(", ")} as a union of C: ` +
        `expected one of ${[...writers.keys()].join(", ")}`,
    ),
  );
}

/**
 * A `union` of C: its members lie in the same bytes, and nothing tells which one was stored. {@linkcode union} has a tag
 * that does.
 *
 * Storing takes an object with one member, or an accessor; it throws `TypeError` for any other. Throws `TypeError`
 * without members, for one that is not an element, and for names that a field of a struct cannot have; `RangeError` for
 * more bytes than a block can have.
 *
 * @example
 * ```ts
 * import { cUnion, f32, struct, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Event = struct({ kind: u32, value: cUnion({ code: u32, level: f32 }) });
 * const event = Event.at(new Uint8Array(8));
 * event.value.level = 1;
 * assert.equal(event.value.code, 0x3f800000);
 * ```
 */
export function cUnion<const M extends Members>(members: M): CUnionElement<M> {
  const entries = checkedMembers(members);
  const alignment = Math.max(...entries.map(([, element]) => element.alignment));
  const byteLength = alignUp(Math.max(...entries.map(([, element]) => element.byteLength)), alignment);
  checkByteLength("a union of C", byteLength);
  const writers = new Map<string, Write>(
    entries.map(([name, element]) => [name, writeField(partsWriterOf(element as unknown as AnyElement), name)]),
  );
  const ranges = [{ byteOffset: 0, byteLength }];

  function writeParts(view: DataView<ArrayBuffer>, byteOffset: number, value: Values): void {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + byteOffset, byteLength);
    if (value instanceof Accessor) {
      const { [MEMORY]: memory, [OFFSET]: start } = value as unknown as Place;
      bytes.set(new Uint8Array(memory.view.buffer, memory.view.byteOffset + start, byteLength));
      return;
    }
    const name = memberOf(value, writers);
    const stored = value[name];
    bytes.fill(0);
    writers.get(name)!(view, byteOffset, stored);
  }

  const write = writeWhole(writeParts as Write<unknown>, byteLength, ranges);
  const element = {
    name: "union of C",
    members,
    byteLength,
    alignment,
    get layout(): string {
      return `union of C{${entries.map(([name, { layout }]) => `${JSON.stringify(name)}:${layout}`).join(",")}}`;
    },
    ranges,
    read: (view: DataView<ArrayBuffer>, byteOffset: number): Values =>
      Object.fromEntries(entries.map(([name, { read }]) => [name, read(view, byteOffset)])),
    write,
    writeParts,
    open: (memory: Memory, byteOffset: number): Place => new Accessor(memory, byteOffset),
  };
  const names = entries.map(([name]) => name);
  const properties = Object.fromEntries(
    entries.map(([name, member], index) => [
      name,
      {
        ...propertyOf(member as unknown as AnyElement, 0, index, { name, readonly: false, shared: false }),
        enumerable: true,
      },
    ]),
  );
  const Accessor = accessorClass({
    ...comparable(element as unknown as Parameters<typeof comparable>[0], (value) => value instanceof Accessor, {
      brackets: "{}",
      size: names.length,
      parts: (accessor) => namedParts(accessor, names),
    }),
    ...properties,
    assign: {
      value(this: Place, value: Values): Place {
        try {
          write(this[MEMORY].view, this[OFFSET], value);
        } catch (error) {
          throw accessError(error, this[MEMORY]);
        }
        return this;
      },
    },
  });
  return element as unknown as CUnionElement<M>;
}
