import { MAX_BLOCK_BYTES } from "../core/storage.ts";
import { requireElement } from "../elements/check.ts";
import type { AnyElement } from "../elements/element.ts";
import { ReadonlyField } from "./readonly_field.ts";
import { bindSelf } from "./self_reference.ts";

/** Where one field of a struct lies. */
export interface FieldLayout {
  /** The name. */
  readonly name: string;
  /** What it holds. */
  readonly element: AnyElement;
  /** The offset of its first byte. */
  readonly byteOffset: number;
  /** Its bytes. */
  readonly byteLength: number;
  /** Whether it is stored with the whole struct only. */
  readonly readonly: boolean;
}

/** Where the fields of a struct lie, and what it needs itself. */
export interface Layout {
  /** The fields in the order of their places. */
  readonly fields: readonly FieldLayout[];
  /** Bytes of one, with the padding at its end. */
  readonly byteLength: number;
  /** The largest alignment of a field. */
  readonly alignment: number;
  /** The ranges of bytes that fields occupy, without the padding between them. */
  readonly ranges: readonly ByteRange[];
}

/** Bytes from an offset on that mean something, or elements one after the other in which some do. */
export interface ByteRange {
  /** The first byte. */
  readonly byteOffset: number;
  /** How many. */
  readonly byteLength: number;
  /** What means something in each of the elements; all bytes when it is left out. */
  readonly parts?: readonly ByteRange[];
  /** Bytes of one of these elements. */
  readonly step?: number;
  /** How many of the bytes mean something, unless all do. */
  readonly used?: number;
}

/** The next multiple of `alignment`, a power of two. */
export function alignUp(byteOffset: number, alignment: number): number {
  return Math.ceil(byteOffset / alignment) * alignment;
}

/** The ranges of bytes of an element that mean something. */
export function rangesOf(element: AnyElement): readonly ByteRange[] {
  if ("ranges" in element) return element.ranges as readonly ByteRange[];
  return [{ byteOffset: 0, byteLength: element.byteLength }];
}

/** The bytes of an element that mean nothing. */
export function paddingOf(element: AnyElement): number {
  return rangesOf(element).reduce((rest, { byteLength, used = byteLength }) => rest - used, element.byteLength);
}

/** The range of `count` elements from `byteOffset` on. */
export function rangeOf(element: AnyElement, byteOffset: number, count = 1): ByteRange {
  const { byteLength } = element;
  const padding = paddingOf(element);
  if (padding === 0) return { byteOffset, byteLength: count * byteLength };
  const used = count * (byteLength - padding);
  return { byteOffset, byteLength: count * byteLength, parts: rangesOf(element), step: byteLength, used };
}

/** The ranges of elements at their offsets; those of which all bytes mean something are joined when they touch. */
function rangesAt(
  places: Iterable<{ readonly element: AnyElement; readonly byteOffset: number }>,
): readonly ByteRange[] {
  const joined: ByteRange[] = [];
  for (const { element, byteOffset } of places) {
    const range = rangeOf(element, byteOffset);
    const last = joined.at(-1);
    const touches = last !== undefined && last.byteOffset + last.byteLength === byteOffset;
    if (touches && last.parts === undefined && range.parts === undefined) {
      joined[joined.length - 1] = { ...last, byteLength: last.byteLength + range.byteLength };
    } else joined.push(range);
  }
  return joined;
}

/** Throws `RangeError` for more bytes than a block can have. */
export function checkByteLength(what: string, byteLength: number): void {
  if (byteLength <= MAX_BLOCK_BYTES) return;
  throw new RangeError(
    `Cannot make ${what}: it would have ${byteLength} bytes, and a block has at most ${MAX_BLOCK_BYTES}`,
  );
}

/** Fields of an element that every accessor has itself. */
const RESERVED: readonly string[] = ["toObject", "toJSON", "assign", "equals", "__proto__"];

/** Throws `TypeError` for a name that would not keep its place among others of `what`. */
export function checkOrder(what: string, name: string): void {
  if (String(Number(name) >>> 0) !== name) return;
  throw new TypeError(`Cannot make ${what} ${name}: JavaScript puts names that are integers before all others`);
}

/** Throws `TypeError` for a name that no property of an accessor can have. */
export function checkName(what: string, name: string): void {
  checkOrder(what, name);
  if (!RESERVED.includes(name)) return;
  throw new TypeError(`Cannot make ${what} ${name}: every accessor has that itself`);
}

function checkField(name: string, element: unknown): void {
  checkName("a struct with a field", name);
  requireElement(`a struct with a field ${name}`, element);
}

/** Lays out fields as a C compiler does: each at the next multiple of its alignment, or `packed` without gaps. */
export function layOut(fields: Fields, packed: boolean, self: AnyElement): Layout {
  const places: FieldLayout[] = [];
  let [end, alignment] = [0, 1];
  for (const [name, field] of Object.entries(fields)) {
    const declared = field instanceof ReadonlyField ? field.element : field;
    checkField(name, declared);
    const element = bindSelf(declared, self);
    const step = packed ? 1 : element.alignment;
    const byteOffset = alignUp(end, step);
    const { byteLength } = element;
    places.push({ name, element, byteOffset, byteLength, readonly: field instanceof ReadonlyField });
    end = byteOffset + byteLength;
    alignment = Math.max(alignment, step);
  }
  if (end === 0) throw new TypeError("Cannot make a struct without fields: it would have no bytes");
  checkByteLength("a struct", alignUp(end, alignment));
  return { fields: places, byteLength: alignUp(end, alignment), alignment, ranges: rangesAt(places) };
}

/** What a struct is made of: its fields by name, in the order in which they lie in memory. */
export interface Fields {
  /** A field, or one that is declared readonly. */
  readonly [name: string]: AnyElement | ReadonlyField<AnyElement>;
}
