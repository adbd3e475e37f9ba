import type { ForeignScalar, ForeignStruct, ForeignType } from "../../ffi/types.ts";
import type { AnyElement } from "../../stl/elements/element.ts";
import type { ArrayElement } from "../../stl/struct/array.ts";
import { Struct } from "../../stl/struct/struct.ts";
import { PointerType } from "../pointer/pointer_type.ts";
import { CallbackType } from "./callback_type.ts";
import { CStringType } from "./c_string.ts";
import { scalarType } from "./scalar_type.ts";

function isArray(element: AnyElement): element is ArrayElement<AnyElement> {
  return "item" in element && "length" in element;
}

/** What an element consists of, from a byte offset on; `undefined` where C has no type for some of it. */
function scalarsOf(element: AnyElement, byteOffset: number): ForeignScalar[] | undefined {
  const type = scalarType(element);
  if (type !== undefined) return [{ type, byteOffset }];
  if (element instanceof PointerType || element instanceof CStringType || element instanceof CallbackType) {
    return [{ type: "pointer", byteOffset }];
  }
  if (element instanceof Struct) {
    return joined(element.fields.map((field) => scalarsOf(field.element, byteOffset + field.byteOffset)));
  }
  if (!isArray(element)) return undefined;
  const { item, length } = element;
  return joined(Array.from({ length }, (_, index) => scalarsOf(item, byteOffset + index * item.byteLength)));
}

function joined(parts: readonly (ForeignScalar[] | undefined)[]): ForeignScalar[] | undefined {
  return parts.includes(undefined) ? undefined : parts.flat() as ForeignScalar[];
}

/** A struct as a C compiler passes it by value; throws where that cannot be told. `action` says what is tried. */
export function foreignStruct(struct: AnyElement, action: string): ForeignType {
  const scalars = scalarsOf(struct, 0);
  if (scalars === undefined || !isNatural(scalars, struct)) {
    throw new TypeError(
      `Cannot ${action}: a ${struct.name} is no struct of numbers, pointers, structs and arrays of these in the layout ` +
        "of C, which is all that goes by value; use a pointer to it",
    );
  }
  return { byteLength: struct.byteLength, scalars } satisfies ForeignStruct;
}

const BYTES: Readonly<Record<string, number>> = { i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, u32: 4, f32: 4 };

/** Whether scalars lie where a compiler puts them: none is packed. */
function isNatural(scalars: readonly ForeignScalar[], { byteLength }: AnyElement): boolean {
  let [end, alignment] = [0, 1];
  for (const { type, byteOffset } of scalars) {
    const size = BYTES[type] ?? 8;
    if (byteOffset !== Math.ceil(end / size) * size) return false;
    end = byteOffset + size;
    alignment = Math.max(alignment, size);
  }
  return byteLength === Math.ceil(end / alignment) * alignment;
}
