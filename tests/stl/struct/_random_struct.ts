import type { Random } from "../../fuzz/_random.ts";
import {
  type AnyElement,
  type AnyStruct,
  array,
  bits,
  bool,
  enumeration,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  reference,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
  union,
} from "../../../stl/mod.ts";

/** An element with its twin in C, and a value for both. */
export interface Twin {
  /** The element. */
  readonly element: AnyElement;
  /** The C type, with `%` in place of the name of what has it. */
  readonly type: string;
  /** The value in JavaScript. */
  readonly value: unknown;
  /** Statements of C that store the value at `place`. */
  readonly assign: (place: string) => string;
}

/** A struct with its fields. */
export interface StructTwin extends Twin {
  readonly element: AnyStruct;
  readonly fields: readonly string[];
}

const TARGET = struct({ x: u8 });
let constants = 0;

type Make = (random: Random, depth: number) => Twin;

function scalar(element: AnyElement, type: string, value: unknown, literal: unknown = value): Twin {
  return { element, type: `${type} %`, value, assign: (place) => `${place} = ${literal};` };
}

function whole(element: AnyElement, type: string, least: number, most: number): Make {
  return (random) => scalar(element, type, least + random.below(most - least + 1));
}

function bigint64(random: Random): bigint {
  return BigInt(random.below(2 ** 32)) << 31n | BigInt(random.below(2 ** 31));
}

const SCALARS: readonly Make[] = [
  (random) => scalar(f64, "double", random.below(2 ** 40) / 8 - 1000),
  (random) => scalar(f32, "float", random.below(2 ** 20) / 8 - 1000),
  (random) => scalar(f16, "_Float16", random.below(512) / 8),
  whole(i8, "int8_t", -128, 127),
  whole(u8, "uint8_t", 0, 255),
  whole(i16, "int16_t", -32768, 32767),
  whole(u16, "uint16_t", 0, 65535),
  whole(i32, "int32_t", -(2 ** 31) + 1, 2 ** 31 - 1),
  whole(u32, "uint32_t", 0, 2 ** 32 - 1),
  (random) => {
    const value = bigint64(random) - 2n ** 61n;
    return scalar(i64, "int64_t", value, `${value}LL`);
  },
  (random) => {
    const value = bigint64(random) * 2n;
    return scalar(u64, "uint64_t", value, `${value}ULL`);
  },
  (random) => {
    const value = random.once(2);
    return scalar(bool, "_Bool", value, Number(value));
  },
  () => scalar(reference(() => TARGET), "void *", null, 0),
  (random) => {
    const signed = random.once(2);
    const element = enumeration({ low: signed ? -5 : 0, middle: 7, high: 70_000 }, signed ? i32 : u32);
    const [name, number] = random.pick([["middle", 7], ["high", 70_000]] as const);
    // Constants of C are global.
    const [low, middle, high] = [`e${++constants}`, `e${++constants}`, `e${++constants}`];
    return scalar(element, `enum { ${low} = ${signed ? -5 : 0}, ${middle} = 7, ${high} = 70000 }`, name, number);
  },
];

function makeText(random: Random): Twin {
  const byteLength = 1 + random.below(20);
  const value = "abcdefghijklmnopqrstuvwxyz".slice(0, random.below(byteLength + 1));
  const assign = (place: string): string => `memcpy(${place}, "${value}", ${value.length});`;
  return { element: text(byteLength), type: `char %[${byteLength}]`, value, assign };
}

function makeBits(random: Random): Twin {
  const [unit, type, size] = random.pick([[u8, "uint8_t", 8], [u16, "uint16_t", 16], [u32, "uint32_t", 32]] as const);
  const widths: Record<string, number | typeof bool> = {};
  const values: Record<string, number | boolean> = {};
  let [declared, assigned, left] = ["", "", size as number];
  for (let index = 0; left > 0 && index < 5; index++) {
    const flag = random.once(3);
    const width = flag ? 1 : 1 + random.below(Math.min(left, 12));
    const value = random.below(2 ** width);
    widths[`b${index}`] = flag ? bool : width;
    values[`b${index}`] = flag ? value === 1 : value;
    declared += ` ${type} b${index} : ${width};`;
    assigned += ` #.b${index} = ${value};`;
    left -= width;
  }
  const assign = (place: string): string => assigned.replaceAll("#", place);
  return { element: bits(widths, unit), type: `struct {${declared} } %`, value: values, assign };
}

function makeArray(random: Random, depth: number): Twin {
  const length = 1 + random.below(5);
  const first = makeTwin(random, depth - 1);
  // Fields that have names of their own in C cannot be declared as an array of arrays.
  const type = first.type.replace("%", `%[${length}]`);
  const list = Array.from({ length }, () => first.value);
  const assign = (place: string): string => list.map((_, index) => first.assign(`${place}[${index}]`)).join(" ");
  return { element: array(first.element, length), type, value: list, assign };
}

function makeUnion(random: Random, depth: number): Twin {
  const tag = random.pick([[u8, "uint8_t"], [u16, "uint16_t"], [u32, "uint32_t"]] as const);
  const twins = Array.from({ length: 1 + random.below(3) }, () => makeTwin(random, depth - 1));
  const chosen = random.below(twins.length);
  const element = union(Object.fromEntries(twins.map(({ element }, index) => [`v${index}`, element])), tag[0]);
  const declared = twins.map(({ type }, index) => `${type.replaceAll("%", `v${index}`)};`).join(" ");
  return {
    element,
    type: `struct { ${tag[1]} tag; union { ${declared} } value; } %`,
    value: { tag: `v${chosen}`, value: twins[chosen]!.value },
    assign: (place) => `${place}.tag = ${chosen}; ${twins[chosen]!.assign(`${place}.value.v${chosen}`)}`,
  };
}

function makeTwin(random: Random, depth: number): Twin {
  const kind = random.below(depth > 0 ? 16 : 10);
  if (kind < 8) return random.pick(SCALARS)(random, depth);
  if (kind < 9) return makeText(random);
  if (kind < 10) return makeBits(random);
  if (kind < 12) return makeArray(random, depth);
  if (kind < 14) return makeUnion(random, depth);
  return makeStruct(random, depth - 1, "nested");
}

/** A random struct of up to ten fields, packed one time in four. */
export function makeStruct(random: Random, depth: number, name: string): StructTwin {
  const packed = random.once(4);
  const twins = Array.from({ length: 1 + random.below(10) }, () => makeTwin(random, depth));
  const fields = twins.map((_, index) => `f${index}`);
  const declared = twins.map(({ type }, index) => `${type.replaceAll("%", `f${index}`)};`).join(" ");
  return {
    element: struct(Object.fromEntries(twins.map(({ element }, index) => [`f${index}`, element])), { name, packed }),
    type: `struct ${packed ? "__attribute__((packed)) " : ""}{ ${declared} } %`,
    value: Object.fromEntries(twins.map(({ value }, index) => [`f${index}`, value])),
    assign: (place) => twins.map(({ assign }, index) => assign(`${place}.f${index}`)).join(" "),
    fields,
  };
}
