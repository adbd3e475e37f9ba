import { shown } from "../core/refuse.ts";
import type { Element } from "../elements/element.ts";
import type { IntegerElement } from "../elements/number_element.ts";
import { bool, u16, u32, u8 } from "../elements/numbers.ts";
import { Compound } from "./compound.ts";
import { requireObject, toBit, toNumber } from "./convert.ts";
import { checkName } from "./layout.ts";
import type { CompoundElement } from "./property.ts";
import { refusal } from "../elements/refusal.ts";

/** A number of bits, or `bool` for a flag of one bit. */
export type BitWidth = number | typeof bool;

/** Groups of bits by name, from the least significant one on. */
export type BitWidths = Readonly<Record<string, BitWidth>>;

/** The values of groups of bits: numbers, and booleans for those declared `bool`. */
export type BitValues<W extends BitWidths> = { -readonly [K in keyof W]: W[K] extends number ? number : boolean };

/** Groups of bits inside of memory. */
export type BitsAccessor<W extends BitWidths> = BitValues<W> & {
  /** A copy of all groups as a plain object. */
  toObject(): BitValues<W>;
  /** The same for `JSON.stringify`. */
  toJSON(): BitValues<W>;
  /** Stores some groups. Throws `TypeError` for one that is unknown. */
  assign(values: Partial<BitValues<W>>): BitsAccessor<W>;
  /** Whether all groups are the same. */
  equals(other: BitsAccessor<W>): boolean;
};

/** An element of groups of bits. */
export type BitsElement<W extends BitWidths> = CompoundElement<
  BitValues<W>,
  Readonly<BitValues<W>>,
  BitsAccessor<W>
>;

/** A field of bits in its unit. */
interface Group {
  readonly name: string;
  readonly shift: number;
  readonly width: number;
  readonly flag: boolean;
}

function groupsOf(widths: BitWidths, unitBits: number): Group[] {
  let shift = 0;
  return Object.entries(widths).map(([name, declared]) => {
    checkName("bits with a group", name);
    const width = declared === bool ? 1 : declared as number;
    if (!Number.isInteger(width) || width < 1 || shift + width > unitBits) {
      throw new RangeError(
        `Cannot make bits of ${name}: its width is ${shown(width)}, and ${
          unitBits - shift
        } of ${unitBits} bits are left`,
      );
    }
    shift += width;
    return { name, shift: shift - width, width, flag: declared === bool };
  });
}

/** One group as an element of its own, so that it gets a property like any other. */
function groupElement({ name, shift, width, flag }: Group, unit: IntegerElement): Element<number | boolean> {
  const mask = 2 ** width - 1;
  const { read, write, byteLength, alignment } = unit;
  const toInteger = flag ? toBit : toNumber;
  return {
    name,
    byteLength,
    alignment,
    layout: `${flag ? "bool" : "u"}${width}<<${shift}`,
    read(view, byteOffset): number | boolean {
      const value = (read(view, byteOffset) >>> shift & mask) >>> 0;
      return flag ? value !== 0 : value;
    },
    write(view, byteOffset, value): void {
      const rest = read(view, byteOffset) & ~(mask << shift);
      write(view, byteOffset, (rest | (toInteger(value, name) & mask) << shift) >>> 0);
    },
  };
}

function makeWrite(
  groups: readonly Group[],
  unit: IntegerElement,
): Element<unknown, Readonly<Record<string, number | boolean>>>["write"] {
  return (view: DataView<ArrayBuffer>, byteOffset: number, value: Readonly<Record<string, number | boolean>>): void => {
    let all = 0;
    requireObject(value);
    for (const { name, shift, width, flag } of groups) {
      const group = value[name];
      if (group === undefined) throw refusal(new TypeError(`Cannot store bits: their group ${name} is missing`));
      all |= ((flag ? toBit(group, name) : toNumber(group, name)) & 2 ** width - 1) << shift;
    }
    unit.write(view, byteOffset, all >>> 0);
  };
}

function smallestUnit(widths: BitWidths): IntegerElement {
  let sum = 0;
  for (const width of Object.values(widths)) sum += width === bool ? 1 : width as number;
  return (sum <= 8 ? u8 : sum <= 16 ? u16 : u32);
}

/**
 * Numbers of some bits and flags of one bit, packed into one integer from its least significant bit on: bit fields of C
 * with `unit` as their type. Without `unit` it is the smallest of `u8`, `u16` and `u32` that has room.
 *
 * Storing keeps the lowest bits of a number. Throws `TypeError` without groups and for one called `toObject`, `toJSON`,
 * `assign`, `equals` or by an integer, `RangeError` for more bits than `unit` has.
 *
 * @example
 * ```ts
 * import { bits, bool, struct } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Player = struct({ flags: bits({ alive: bool, team: 4 }) });
 * const player = Player.at(new Uint8Array(1));
 * player.flags.alive = true;
 * player.flags.team = 9;
 * assert.equal(Player.byteLength, 1);
 * assert.deepEqual(player.flags.toObject(), { alive: true, team: 9 });
 * ```
 */
export function bits<const W extends BitWidths>(widths: W, unit?: IntegerElement): BitsElement<W> {
  const integer = unit ?? smallestUnit(widths);
  const groups = groupsOf(widths, integer.byteLength * 8);
  if (groups.length === 0) throw new TypeError("Cannot make bits without groups");
  const fields = groups.map((group) => {
    const element = groupElement(group, integer);
    return { name: group.name, element, byteOffset: 0, byteLength: element.byteLength, readonly: false };
  });
  const { byteLength, alignment, layout } = integer;
  return new Compound({
    name: "bits",
    layout: { fields, byteLength, alignment, ranges: [{ byteOffset: 0, byteLength }] },
    text: () => {
      const texts = fields.map(({ name, element }) => `${JSON.stringify(name)}:${element.layout}`);
      return `bits ${layout}{${texts.join(",")}}`;
    },
    write: makeWrite(groups, integer),
  });
}
