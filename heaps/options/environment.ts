import { environmentName, optionNames, rowsOf } from "../../ffi/options_of.ts";
import type { OptionName, OptionUnit } from "../../ffi/options_table.ts";
import { requireObject } from "../argument.ts";
import { answerFor } from "./_no_option.ts";
import { nearestName } from "../nearest_name.ts";
import { checkedOptionValue, type OptionValues } from "./option_values.ts";

/**
 * The environment variables that set options while the library is being loaded: for options that are read only then,
 * and for programs to be started. Values are in the unit of each option, as in `options.set`. A version that lacks an
 * option ignores its variable, and **Bun's own mimalloc obeys the same variables** in every program that Bun starts
 * with them: `environmentNotes` tells of both.
 *
 * Throws `TypeError` for a name that no version has, and `RangeError` for a value that the option cannot have.
 *
 * @example
 * ```ts
 * import { environment } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(environment({ purge_delay: 0, show_stats: true, arena_reserve: 65536 }), {
 *   MIMALLOC_PURGE_DELAY: "0",
 *   MIMALLOC_SHOW_STATS: "1",
 *   MIMALLOC_ARENA_RESERVE: "65536KiB",
 * });
 * ```
 */
export function environment(values: OptionValues): Record<string, string> {
  const variables: Record<string, string> = {};
  const given = requireObject(values, "make variables") as Record<string, number | boolean>;
  for (const [name, value] of Object.entries(given)) {
    const unit = newestUnit(name);
    const number = checkedOptionValue(name as OptionName, unit, value);
    // A plain number counts as bytes in a variable, and as KiB in a call.
    variables[environmentName(name)] = unit === "KiB" ? `${number}KiB` : `${number}`;
  }
  return variables;
}

function newestUnit(name: string): OptionUnit {
  const row = rowsOf(name).at(-1);
  if (row !== undefined) return row.unit;
  const answer = answerFor(name) ?? `the nearest is "${nearestName(name, optionNames())}"`;
  throw new TypeError(`Cannot set option "${name}": no version of mimalloc has it, ${answer}`);
}
