import process from "node:process";
import { knownOptions } from "../../ffi/library/known_options.ts";
import { library } from "../../ffi/library/library.ts";
import { currentName, describeOptionVersions, environmentName, optionNames, rowsOf } from "../../ffi/options_of.ts";
import type { OptionName } from "../../ffi/options_table.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { requireObject } from "../argument.ts";
import { answerFor } from "./_no_option.ts";
import { nearestName } from "../nearest_name.ts";
import { optionEffect } from "./option_effect.ts";

/** What is to be known of one variable of the environment. */
export interface EnvironmentNote {
  /** The name of the variable: `"MIMALLOC_PURGE_DELAY"`. */
  readonly variable: string;
  /** Whether the loaded library obeys the variable. */
  readonly works: boolean;
  /** What there is to say, in a sentence. */
  readonly note: string;
}

const PREFIX = /^MIMALLOC_/i;

/** Variables that start like those of mimalloc and belong to this package. */
const OURS: readonly string[] = ["MIMALLOC_PATH"];

/**
 * What is to be known of the variables for mimalloc in an environment, that of a program to be started or
 * `process.env`: those that the loaded library does not obey, and in Bun all others, because Bun's own mimalloc obeys
 * them too.
 *
 * Throws `LibraryLoadError` when no library is found.
 *
 * @example
 * ```ts
 * import { environment, environmentNotes } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const [note] = environmentNotes({ ...environment({ show_stats: true }), MIMALLOC_SHOW_STATE: "1" }).slice(-1);
 * assert.equal(note?.variable, "MIMALLOC_SHOW_STATE");
 * assert.match(note?.note ?? "", /the nearest is "MIMALLOC_SHOW_STATS"/);
 * ```
 */
export function environmentNotes(variables: Readonly<Record<string, string | undefined>>): EnvironmentNote[] {
  return Object.entries(requireObject(variables, "look at variables", "an object with variables")).flatMap(
    ([variable, value]): EnvironmentNote[] => {
      if (value === undefined || !PREFIX.test(variable) || OURS.includes(variable)) return [];
      const obstacle = obstacleOf(variable);
      if (obstacle !== undefined) return [{ variable, works: false, note: obstacle }];
      if (!backend().hasOwnMimalloc) return [];
      return [{
        variable,
        works: true,
        note: "Bun's own mimalloc obeys it too, in every program that Bun runs with it",
      }];
    },
  );
}

/** Why the loaded library does not obey the variable. */
function obstacleOf(variable: string): string | undefined {
  const loaded = library();
  const name = variable.replace(PREFIX, "").toLowerCase();
  const { entries, differing } = knownOptions(loaded);
  const current = currentName(entries, name) as OptionName | undefined;
  if (current === undefined) {
    if (rowsOf(name).length === 0) {
      const answer = answerFor(name);
      if (answer !== undefined) return `no version of mimalloc has that option, ${answer}`;
      const nearest = environmentName(nearestName(name, optionNames())!);
      return `no version of mimalloc has that option, the nearest is "${nearest}"`;
    }
    const difference = differing.get(name);
    if (difference !== undefined) return `mimalloc ${loaded.versionText} was changed: ${difference}`;
    return `mimalloc ${loaded.versionText} ignores it, the option needs ${describeOptionVersions(name)}`;
  }
  const situation = {
    version: loaded.version,
    guarded: loaded.build.guarded,
    platform: process.platform,
  };
  if (optionEffect(current, situation) !== "none") return undefined;
  return `mimalloc ${loaded.versionText} has the option and does nothing with it in this build or on this platform`;
}
