import process from "node:process";
import { UnsupportedError } from "../../ffi/errors.ts";
import { type KnownOptions, knownOptions } from "../../ffi/library/known_options.ts";
import { type Library, library } from "../../ffi/library/library.ts";
import {
  currentName,
  describeOptionVersions,
  environmentName,
  type OptionEntry,
  optionNames,
  rowsOf,
} from "../../ffi/options_of.ts";
import type { OptionName, OptionUnit } from "../../ffi/options_table.ts";
import { refuseArgument, requireObject } from "../argument.ts";
import { answerFor } from "./_no_option.ts";
import { nearestName } from "../nearest_name.ts";
import { type OptionEffect, optionEffect } from "./option_effect.ts";
import { checkedOptionValue, type OptionValues } from "./option_values.ts";

/** One option of the loaded version. */
export interface OptionInfo {
  /** Its name. */
  readonly name: OptionName;
  /** Its value now, in units. */
  readonly value: number;
  /** Its value in a release build when nothing sets it, in units. */
  readonly default: number;
  /** The unit of its value. */
  readonly unit: OptionUnit;
  /** The environment variable that sets it while the library is being loaded. */
  readonly environmentName: string;
  /** Whether a change now still has an effect. */
  readonly effect: OptionEffect;
}

/** Names that changed between versions though the option is the same, where the newer versions do not know the older. */
const RENAMED: readonly (readonly OptionName[])[] = [
  ["decommit_delay", "purge_delay"],
  ["reclaim_on_free", "page_reclaim_on_free"],
  ["guarded_precise", "unsafe_guarded_precise"],
  ["abandoned_page_decommit", "abandoned_page_purge"],
  ["page_reclaim_max", "page_max_reclaim"],
];

/**
 * The options of mimalloc, by the names that the loaded version gives them, and by those older ones that it knows
 * itself (`large_os_pages` for `allow_large_os_pages`). They hold for the whole process, all threads included. `true`
 * is 1 and `false` is 0.
 *
 * Values are in the unit that `list()` tells: `purge_delay` in milliseconds, `arena_reserve` and `reserve_os_memory` in
 * KiB, and so on, as in C. What each option does stands in docs/options.md.
 *
 * @example
 * ```ts
 * import { options } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * options.enable("show_errors");
 * assert.equal(options.get("show_errors"), 1);
 * options.disable("show_errors");
 * const names = options.list().map(({ name }) => name);
 * assert.ok(names.includes("show_errors"));
 * ```
 */
export class Options {
  /**
   * The value of an option (`mi_option_get`).
   *
   * Throws `TypeError` for a name that no version has, with the nearest one, and `UnsupportedError` when another
   * version has it, or when the library, changed by whoever built it, lists another option under its number.
   */
  get(name: OptionName): number {
    const { index } = entryOf(name, "get");
    return Number(library().bind("process").optionGet(index));
  }

  /**
   * Sets an option (`mi_option_set`). Whether that has an effect is told by {@linkcode Options.list}.
   *
   * Throws like {@linkcode Options.get}, and `RangeError` for a value that the option cannot have.
   */
  set(name: OptionName, value: number | boolean): void {
    const { index, unit } = entryOf(name, "set");
    library().bind("process").optionSet(index, checkedOptionValue(name, unit, value));
  }

  /**
   * Sets the value that an option has unless the environment or the program has set it (`mi_option_set_default`).
   *
   * Throws like {@linkcode Options.set}.
   */
  setDefault(name: OptionName, value: number | boolean): void {
    const { index, unit } = entryOf(name, "set the default of");
    library().bind("options").optionSetDefault(index, checkedOptionValue(name, unit, value));
  }

  /**
   * Sets an option to 1 (`mi_option_enable`).
   *
   * Throws like {@linkcode Options.get}.
   */
  enable(name: OptionName): void {
    library().bind("options").optionEnable(entryOf(name, "enable").index);
  }

  /**
   * Sets an option to 0 (`mi_option_disable`).
   *
   * Throws like {@linkcode Options.get}.
   */
  disable(name: OptionName): void {
    library().bind("options").optionDisable(entryOf(name, "disable").index);
  }

  /** The options of the loaded version, in the order of their numbers. */
  list(): OptionInfo[] {
    const loaded = library();
    const { entries } = knownOptions(loaded);
    const situation = {
      version: loaded.version,
      guarded: loaded.build.guarded,
      platform: process.platform,
    };
    return (Object.keys(entries) as OptionName[]).map((name) => ({
      name,
      value: this.get(name),
      default: entries[name]!.default,
      unit: entries[name]!.unit,
      environmentName: environmentName(name),
      effect: optionEffect(name, situation),
    }));
  }

  /**
   * Sets several options, those of `presets` for example. Returns the names that the loaded version does not have,
   * which are left out.
   *
   * Throws `TypeError` for a name that no version has, `RangeError` for a value that the option cannot have, and
   * `UnsupportedError` like {@linkcode Options.get} when the library lists another option under its number, before
   * anything is set.
   */
  apply(values: OptionValues): OptionName[] {
    const loaded = library();
    const leftOut: OptionName[] = [];
    const settings: { readonly index: number; readonly value: number }[] = [];
    for (const [given, value] of Object.entries(requireObject(values, "set options"))) {
      const name = given as OptionName;
      const entry = findEntry(loaded, name, "set");
      if (entry === undefined) {
        requireKnown(name, "set");
        leftOut.push(name);
      } else {
        settings.push({ index: entry.index, value: checkedOptionValue(name, entry.unit, value) });
      }
    }
    const { optionSet } = loaded.bind("process");
    for (const { index, value } of settings) optionSet(index, value);
    return leftOut;
  }
}

/** The options of mimalloc. */
export const options: Options = new Options();

function entryOf(name: OptionName, action: string): OptionEntry {
  if (typeof name !== "string") refuseArgument(name, `${action} an option`, "a name");
  const loaded = library();
  const entry = findEntry(loaded, name, action);
  if (entry !== undefined) return entry;
  requireKnown(name, action);
  throw new UnsupportedError({
    feature: `option "${name}"`,
    found: `mimalloc ${loaded.versionText}, whose nearest option is "${nearestOf(knownOptions(loaded), name)}"`,
    needed: `mimalloc ${describeOptionVersions(name)}`,
  });
}

/** The option that the loaded library has under this name, `undefined` when its version has none. */
function findEntry(loaded: Library, name: string, action: string): OptionEntry | undefined {
  const { entries, differing } = knownOptions(loaded);
  const current = currentName(entries, name);
  if (current !== undefined) return entries[current];
  const difference = differing.get(name);
  if (difference === undefined) return undefined;
  throw new UnsupportedError({
    feature: `option "${name}" (to ${action} it)`,
    found: `mimalloc ${loaded.versionText} that somebody changed: ${difference}`,
    needed: `mimalloc ${loaded.versionText} as it was released`,
  });
}

function nearestOf({ entries }: KnownOptions, name: OptionName): string | undefined {
  const twin = RENAMED.find((names) => names.includes(name))?.find((other) => Object.hasOwn(entries, other));
  return twin ?? nearestName(name, Object.keys(entries));
}

/** Throws when no version has the option. */
function requireKnown(name: string, action: string): void {
  if (rowsOf(name).length > 0) return;
  const answer = answerFor(name) ?? `the nearest is "${nearestName(name, optionNames())}"`;
  throw new TypeError(`Cannot ${action} option "${name}": no version of mimalloc has it, ${answer}`);
}
