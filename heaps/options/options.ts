import process from "node:process";
import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import {
  environmentName,
  type OptionEntry,
  optionsOf,
  optionsTable,
  type OptionsVersion,
  optionsVersion,
  type OptionUnit,
} from "../../ffi/options_table.ts";
import { refuseArgument, requireObject } from "../core/argument.ts";
import { nearestName } from "./_nearest_name.ts";
import { type OptionEffect, optionEffect } from "./option_effect.ts";
import { checkedOptionValue, type OptionNameOf, type OptionValues } from "./option_values.ts";

/** One option of the loaded version. */
export interface OptionInfo {
  /** Its name. */
  readonly name: OptionNameOf;
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

/** Names that changed between versions though the option is the same. */
const RENAMED: readonly (readonly OptionNameOf[])[] = [
  ["decommit_delay", "purge_delay"],
  ["limit_os_alloc", "disallow_os_alloc"],
  ["large_os_pages", "allow_large_os_pages"],
  ["reclaim_on_free", "page_reclaim_on_free"],
  ["guarded_precise", "unsafe_guarded_precise"],
  ["abandoned_page_decommit", "abandoned_page_purge"],
];

/**
 * The options of mimalloc, by the names that the loaded version gives them. They
 * hold for the whole process, all threads included. `true` is 1 and `false` is 0.
 *
 * Values are in the unit that `list()` tells: `purge_delay` in milliseconds,
 * `arena_reserve` and `reserve_os_memory` in KiB, and so on, as in C. What each
 * option does stands in docs/options.md.
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
   * Throws `TypeError` for a name that no version has, with the nearest one, and
   * `UnsupportedError` when another version has it.
   */
  get(name: OptionNameOf): number {
    const { index } = entryOf(name, "get");
    return Number(library().bind("process").optionGet(index));
  }

  /**
   * Sets an option (`mi_option_set`). Whether that has an effect is told by
   * {@linkcode Options.list}.
   *
   * Throws like {@linkcode Options.get}, and `RangeError` for a value that the
   * option cannot have.
   */
  set(name: OptionNameOf, value: number | boolean): void {
    const { index, unit } = entryOf(name, "set");
    library().bind("process").optionSet(index, checkedOptionValue(name, unit, value));
  }

  /**
   * Sets the value that an option has unless the environment or the program has
   * set it (`mi_option_set_default`).
   *
   * Throws like {@linkcode Options.set}.
   */
  setDefault(name: OptionNameOf, value: number | boolean): void {
    const { index, unit } = entryOf(name, "set the default of");
    library().bind("options").optionSetDefault(index, checkedOptionValue(name, unit, value));
  }

  /**
   * Sets an option to 1 (`mi_option_enable`).
   *
   * Throws like {@linkcode Options.get}.
   */
  enable(name: OptionNameOf): void {
    library().bind("options").optionEnable(entryOf(name, "enable").index);
  }

  /**
   * Sets an option to 0 (`mi_option_disable`).
   *
   * Throws like {@linkcode Options.get}.
   */
  disable(name: OptionNameOf): void {
    library().bind("options").optionDisable(entryOf(name, "disable").index);
  }

  /** The options of the loaded version, in the order of their numbers. */
  list(): OptionInfo[] {
    const { version, build } = library();
    const situation = {
      version: optionsVersion(version),
      guarded: build.guarded === true,
      platform: process.platform,
    };
    return Object.entries(optionsOf(version)).map(([name, entry]) => ({
      name: name as OptionNameOf,
      value: this.get(name as OptionNameOf),
      default: entry.default,
      unit: entry.unit,
      environmentName: environmentName(name),
      effect: optionEffect(name as OptionNameOf, situation),
    }));
  }

  /**
   * Sets several options, those of `presets` for example. Returns the names that
   * the loaded version does not have, which are left out.
   *
   * Throws `TypeError` for a name that no version has and `RangeError` for a value
   * that the option cannot have, before anything is set.
   */
  apply<V extends OptionsVersion = OptionsVersion>(values: OptionValues<V>): OptionNameOf[] {
    const known = optionsOf(library().version);
    const names = Object.keys(requireObject(values, "set options")) as OptionNameOf[];
    const settings = names.filter((name) => Object.hasOwn(known, name)).map((name) => {
      const value = (values as OptionValues)[name];
      return { name, value: checkedOptionValue(name, known[name]!.unit, value!) };
    });
    const leftOut = names.filter((name) => !Object.hasOwn(known, name));
    for (const name of leftOut) requireKnown(name, "set");
    for (const { name, value } of settings) this.set(name, value);
    return leftOut;
  }
}

/** The options of mimalloc. */
export const options: Options = new Options();

function entryOf(name: OptionNameOf, action: string): OptionEntry {
  if (typeof name !== "string") refuseArgument(name, `${action} an option`, "a name");
  const loaded = library();
  const known = optionsOf(loaded.version);
  if (Object.hasOwn(known, name)) return known[name]!;
  const versions = requireKnown(name, action);
  const other = RENAMED.find((names) => names.includes(name))?.find((twin) => Object.hasOwn(known, twin)) ??
    nearestName(name, Object.keys(known));
  throw new UnsupportedError({
    feature: `option "${name}"`,
    found: `mimalloc ${loaded.versionText}, whose nearest option is "${other}"`,
    needed: `mimalloc ${versions.join(" or ")}`,
  });
}

/** The versions that have the option; throws when none has. */
function requireKnown(name: string, action: string): readonly string[] {
  const versions = Object.entries(optionsTable).filter(([, column]) => Object.hasOwn(column, name));
  if (versions.length > 0) return versions.map(([version]) => version);
  const nearest = nearestName(name, Object.keys(optionsOf(library().version)));
  throw new TypeError(
    `Cannot ${action} option "${name}": mimalloc ${library().versionText} has no such option, ` +
      `the nearest is "${nearest}"`,
  );
}
