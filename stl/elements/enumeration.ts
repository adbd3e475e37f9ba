import { shown } from "../core/refuse.ts";
import { type IntegerElement, NumberElement } from "./number_element.ts";
import { u32 } from "./numbers.ts";
import { refusal } from "./refusal.ts";

/**
 * One of some names, stored as its number: an `enum` in C, which is a `u32` there, or an `i32` when some number is
 * negative.
 *
 * Storing throws `TypeError` for anything but its names, reading `RangeError` for a number without a name.
 *
 * @example
 * ```ts
 * import { enumeration, struct, u8 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const State = enumeration({ idle: 0, running: 1, failed: 9 }, u8);
 * const Job = struct({ state: State });
 * assert.equal(Job.byteLength, 1);
 * ```
 */
export function enumeration<const V extends Readonly<Record<string, number>>, I extends IntegerElement = typeof u32>(
  values: V,
  integer?: I,
): NumberElement<keyof V & string, I["viewType"]> {
  return makeEnumeration<keyof V & string>(values, integer ?? u32);
}

function makeEnumeration<Name extends string>(
  values: Readonly<Record<Name, number>>,
  integer: IntegerElement,
): NumberElement<Name, IntegerElement["viewType"]> {
  const numbers = new Map(Object.entries<number>(values));
  const names = new Map(Object.entries<number>(values).map(([name, number]) => [number, name as Name]));
  const list = [...numbers.keys()].join(", ");
  check(numbers, names.size, integer);
  function encode(name: Name): number {
    const number = numbers.get(name);
    if (number === undefined) throw refusal(new TypeError(`Cannot store ${shown(name)}: expected one of ${list}`));
    return number;
  }
  function decode(number: number): Name {
    const name = names.get(number);
    if (name === undefined) {
      throw new RangeError(`Cannot read number ${number}: none of ${list} has it`);
    }
    return name;
  }
  return new NumberElement({
    name: `enumeration of ${integer.name} {${
      [...numbers].map(([name, number]) => `${quoted(name)}=${number}`).join(",")
    }}`,
    viewType: integer.viewType,
    encode,
    decode,
    read: (view, byteOffset) => decode(integer.read(view, byteOffset)),
    write: (view, byteOffset, name) => integer.write(view, byteOffset, encode(name)),
  });
}

/** Other names could make two enumerations look like one. */
function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

function check(numbers: ReadonlyMap<string, number>, distinct: number, integer: IntegerElement): void {
  const { read, write, byteLength, name } = integer;
  if (numbers.size === 0) throw new TypeError("Cannot make an enumeration without names");
  if (distinct < numbers.size) throw new TypeError("Cannot make an enumeration: two of its names have the same number");
  const view = new DataView(new ArrayBuffer(byteLength));
  for (const [key, number] of numbers) {
    write(view, 0, number);
    if (read(view, 0) === number && Number.isInteger(number)) continue;
    throw new RangeError(`Cannot store ${key} of an enumeration as ${name}: ${number} is not in its range`);
  }
}
