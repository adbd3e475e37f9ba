import type { OptionName, OptionUnit } from "../../ffi/options_table.ts";
import { shown } from "../argument.ts";

/** Values of options by name, in the unit of each option; `true` is 1 and `false` is 0. */
export type OptionValues = Readonly<Partial<Record<OptionName, number | boolean>>>;

const LEAST: Partial<Record<OptionUnit, number>> = { bytes: 0, KiB: 0, bits: 0, percent: 0, factor: 0, boolean: 0 };

/** The largest value that a C `long` holds on every platform. */
const MOST = 2 ** 31 - 1;

/** The number for an option's value; throws `RangeError` for one that the option cannot have. */
export function checkedOptionValue(name: OptionName, unit: OptionUnit, value: number | boolean): number {
  const least = LEAST[unit] ?? -1;
  const most = unit === "boolean" ? 1 : MOST;
  const isNumber = typeof value === "number" || typeof value === "boolean";
  const number = isNumber ? Number(value) : NaN;
  if (isNumber && Number.isInteger(number) && number >= least && number <= most) return number + 0;
  throw new RangeError(
    `Cannot set option "${name}" to ${shown(value)}: expected an integer from ${least} to ${most} (${unit})`,
  );
}
