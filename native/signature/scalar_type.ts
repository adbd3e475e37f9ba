import type { ForeignScalar } from "../../ffi/types.ts";
import { NumberElement } from "../../stl/elements/number_element.ts";

/** The C type of what a typed array holds. */
const BY_VIEW: ReadonlyMap<unknown, ForeignScalar["type"]> = new Map<unknown, ForeignScalar["type"]>([
  [Int8Array, "i8"],
  [Uint8Array, "u8"],
  [Int16Array, "i16"],
  [Uint16Array, "u16"],
  [Int32Array, "i32"],
  [Uint32Array, "u32"],
  [BigInt64Array, "i64"],
  [BigUint64Array, "u64"],
  [Float32Array, "f32"],
  [Float64Array, "f64"],
]);

/** The C type of a number, a boolean or a name; `undefined` for another element, and for `f16`, which C has no type for. */
export function scalarType(element: unknown): ForeignScalar["type"] | undefined {
  return element instanceof NumberElement ? BY_VIEW.get(element.viewType) : undefined;
}
