import type { ForeignScalar, Handle } from "../../ffi/types.ts";
import type { AnyElement } from "../../stl/elements/element.ts";
import type { AnyNumberElement } from "../../stl/elements/number_element.ts";
import { makePointer, type Target } from "../pointer/pointer.ts";
import { PointerType } from "../pointer/pointer_type.ts";
import { CStringType, textAt } from "./c_string.ts";
import { scalarType } from "./scalar_type.ts";

/** How a value comes from C. */
export interface Receiver {
  /** What C gives. */
  readonly type: ForeignScalar["type"];
  /** The value of that; `undefined` where it is the same. */
  readonly convert: ((value: never) => unknown) | undefined;
}

const KEPT_AS_IS: readonly string[] = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"];

/** How values of a type come from C; `undefined` for a type of which none do. */
export function receiverOf(type: AnyElement): Receiver | undefined {
  if (type instanceof PointerType) {
    const target: Target = type.target;
    return {
      type: "pointer",
      // Bun gives 0 for NULL in callbacks.
      convert: (handle: Handle | null) => handle ? makePointer(handle, target) : null,
    };
  }
  if (type instanceof CStringType) {
    return { type: "pointer", convert: (handle: Handle | null) => textAt(handle ? handle : null) };
  }
  const scalar = scalarType(type);
  if (scalar === undefined) return undefined;
  if (KEPT_AS_IS.includes(type.name)) return { type: scalar, convert: undefined };
  const { decode } = type as unknown as AnyNumberElement;
  return { type: scalar, convert: scalar.endsWith("64") ? decodeWide(decode as (stored: unknown) => unknown) : decode };
}

// Bun gives numbers for 64 bits where it can in callbacks.
function decodeWide(decode: (stored: bigint) => unknown): (value: number | bigint) => unknown {
  return (value) => decode(typeof value === "bigint" ? value : BigInt(value));
}
