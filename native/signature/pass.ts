import { backend } from "../../ffi/runtime/backend.ts";
import type { ForeignScalar } from "../../ffi/types.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import type { AnyElement } from "../../stl/elements/element.ts";
import { type AnyNumberElement, NumberElement } from "../../stl/elements/number_element.ts";
import { bool, f32, f64, i16, i32, i64, i8, u16, u32, u64, u8 } from "../../stl/elements/numbers.ts";
import { calls } from "../core/calls.ts";
import { PointerType } from "../pointer/pointer_type.ts";
import { CStringType } from "./c_string.ts";
import { scalarType } from "./scalar_type.ts";
import { isize, long, ulong, usize } from "./word.ts";

/** The words of a text that checks and passes a value. */
interface Words {
  /** The value. */
  readonly value: string;
  /** What converts or refuses it. */
  readonly convert: string;
  /** {@linkcode Passer.part}. */
  readonly part: string;
}

/** How a value goes to C. */
export interface Passer {
  /** What C takes. */
  readonly type: ForeignScalar["type"];
  /** What C is given for a value. Throws what `action` it cannot do with it. */
  readonly convert: (value: unknown) => unknown;
  /** The text that does the same for most values without a call; made of nothing but its words. */
  readonly text?: (words: Words) => string;
  /** What that text uses. */
  readonly part?: unknown;
}

/** The range of an integer, and the text that brings a number into it. */
interface Integer {
  readonly least: number;
  readonly most: number;
  readonly wrapped: (value: string) => string;
}

/** What is passed as it is, when it is in range. */
const INTEGERS: ReadonlyMap<AnyElement, Integer> = new Map<AnyElement, Integer>([
  [i8, { least: -128, most: 127, wrapped: (value) => `${value} << 24 >> 24` }],
  [u8, { least: 0, most: 255, wrapped: (value) => `${value} & 255` }],
  [i16, { least: -32768, most: 32767, wrapped: (value) => `${value} << 16 >> 16` }],
  [u16, { least: 0, most: 65535, wrapped: (value) => `${value} & 65535` }],
  [i32, { least: -(2 ** 31), most: 2 ** 31 - 1, wrapped: (value) => `${value} | 0` }],
  [u32, { least: 0, most: 2 ** 32 - 1, wrapped: (value) => `${value} >>> 0` }],
]);

const BIGINTS: ReadonlyMap<AnyElement, readonly [least: bigint, most: bigint]> = new Map<
  AnyElement,
  readonly [least: bigint, most: bigint]
>([
  [i64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [u64, [0n, 2n ** 64n - 1n]],
]);

/** The least of integers that are numbers in JavaScript and may have 64 bits in C. */
const WORDS: ReadonlyMap<AnyElement, number> = new Map<AnyElement, number>([
  [usize, 0],
  [ulong, 0],
  [isize, Number.MIN_SAFE_INTEGER],
  [long, Number.MIN_SAFE_INTEGER],
]);

function refuseRange(value: unknown, action: string, expected: string): never {
  const isBigint = expected.startsWith("a bigint");
  if (isBigint ? typeof value !== "bigint" : typeof value !== "number") refuseArgument(value, action, expected);
  throw new RangeError(`Cannot ${action}: expected ${expected}, got ${String(value)}`);
}

/** How values of a type go to C; `undefined` for a type of which none do. */
export function passerOf(type: AnyElement, action: string): Passer | undefined {
  if (type instanceof CStringType) return passText(type, action);
  if (type instanceof PointerType) return passPointer(type, action);
  if (!(type instanceof NumberElement)) return undefined;
  const scalar = scalarType(type);
  return scalar === undefined ? undefined : passNumber(type, scalar, action);
}

function passNumber(element: AnyNumberElement, type: ForeignScalar["type"], action: string): Passer {
  const integer = INTEGERS.get(element);
  if (integer !== undefined) {
    const { least, most, wrapped } = integer;
    return {
      type,
      // Deno does not take -0 for an integer.
      convert: (value) =>
        Number.isInteger(value) && (value as number) >= least && (value as number) <= most
          ? (value as number) + 0
          : refuseRange(value, action, `an integer from ${least} to ${most}`),
      // A bigint would throw in words of the engine.
      text: ({ value, convert }) =>
        `(typeof ${value} === "number" && (${wrapped(value)}) === ${value} ? (${
          wrapped(value)
        }) : ${convert}(${value}))`,
    };
  }
  if (element === f32 || element === f64) {
    return {
      type,
      convert: (value) => typeof value === "number" ? value : refuseArgument(value, action, "a number"),
      text: ({ value, convert }) => `(typeof ${value} === "number" ? ${value} : ${convert}(${value}))`,
    };
  }
  if (element === bool) {
    return {
      type,
      convert: (value) => typeof value === "boolean" ? Number(value) : refuseArgument(value, action, "true or false"),
      text: ({ value, convert }) => `(${value} === true ? 1 : ${value} === false ? 0 : ${convert}(${value}))`,
    };
  }
  const convert = converterOf(element, action);
  const least = WORDS.get(element);
  if (least === undefined || !type.endsWith("64")) return { type, convert };
  if (!backend().takesWideNumbers) return { type, convert: rememberLast(least, convert) };
  // Without a call.
  return {
    type,
    convert,
    text: ({ value, convert }) =>
      `(Number.isSafeInteger(${value}) && ${value} >= ${least} ? ${value} : ${convert}(${value}))`,
  };
}

/** Makes bigints of integers from `least` on: mostly of the same one again, as -1 for what SQLite is to do with a text. */
function rememberLast(least: number, convert: Passer["convert"]): Passer["convert"] {
  let [known, bigint] = [0, 0n];
  return (value) => {
    if (value === known) return bigint;
    if (!Number.isSafeInteger(value) || (value as number) < least) return convert(value);
    known = value as number;
    bigint = BigInt(known);
    return bigint;
  };
}

function converterOf(element: AnyNumberElement, action: string): Passer["convert"] {
  const range = BIGINTS.get(element);
  if (range !== undefined) {
    const [least, most] = range;
    return (value) =>
      typeof value === "bigint" && value >= least && value <= most
        ? value
        : refuseRange(value, action, `a bigint from ${least} to ${most}`);
  }
  const { encode, name } = element;
  return (value) => {
    try {
      return encode(value);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `Cannot ${action} as ${name}: ${reason}`;
      throw cause instanceof RangeError ? new RangeError(message, { cause }) : new TypeError(message, { cause });
    }
  };
}

function passPointer(type: PointerType<undefined>, action: string): Passer {
  if (!type.takesMemory) return passHandle(type, action);
  const convert = (value: unknown): unknown => type.toBuffer(value, action);
  const target = type.target as unknown;
  if (!(target instanceof NumberElement)) return { type: "buffer", convert };
  return {
    type: "buffer",
    convert,
    // A view of length 0 may be freed.
    text: ({ value, convert, part }) =>
      `(${value} instanceof ${part} && ${value}.length !== 0 ? ${value} : ${convert}(${value}))`,
    part: target.viewType,
  };
}

function passHandle(type: PointerType<undefined>, action: string): Passer {
  // Mostly the same one again: reading a private field takes 5 ns in Bun 1.4.
  let [known, handle]: [value: unknown, handle: unknown] = [null, null];
  return {
    type: "pointer",
    convert(value): unknown {
      if (value === known) return handle;
      handle = type.toHandle(value, action);
      known = value;
      return handle;
    },
  };
}

const encoder = new TextEncoder();

/** Bytes that are kept for the texts of one parameter. */
const KEPT_BYTES = 256;
/** The most characters that have room in them, with a zero byte behind. */
const MOST_KEPT = Math.floor((KEPT_BYTES - 1) / 3);

/** Puts a text that has room in `bytes` and its zero byte there; false when it has a character U+0000. */
function writeText(text: string, bytes: Uint8Array): boolean {
  const { length } = text;
  let at = 0;
  for (; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127 || unit === 0) break;
    bytes[at] = unit;
  }
  if (at < length) {
    if (text.includes("\0")) return false;
    at = encoder.encodeInto(text, bytes).written;
  }
  bytes[at] = 0;
  return true;
}

function passText(type: CStringType, action: string): Passer {
  const kept = new Uint8Array(KEPT_BYTES);
  return {
    type: "buffer",
    convert(value): unknown {
      // C may still read the text of the call that this one is inside of.
      const isKept = typeof value === "string" && value.length <= MOST_KEPT && calls.depth === 0;
      if (isKept && writeText(value, kept)) return kept;
      return type.toBuffer(value, { bytes: new Uint8Array(0) }, action);
    },
  };
}
