import { readElfOptions } from "../binary/elf_options.ts";
import { readWith } from "../binary/file_reader.ts";
import { type OptionEntry, optionsOf, rowsOf } from "../options_of.ts";
import { releaseOf } from "../releases.ts";
import { formatVersion } from "../version.ts";
import { ownDescription } from "./build_type.ts";
import type { Library } from "./library.ts";

/** The options of the loaded library, as far as what it says of itself agrees with what is known of its version. */
export interface KnownOptions {
  /** The options by name that may be used, in the order of their numbers. */
  readonly entries: Readonly<Record<string, OptionEntry>>;
  /** Options of the version that this library has at another number or not at all: what it says of each. */
  readonly differing: ReadonlyMap<string, string>;
}

const known = new WeakMap<Library, KnownOptions>();

/**
 * The options of `loaded`, each held once against the list in the library itself, because a number that means another
 * option there would change that one.
 */
export function knownOptions(loaded: Library): KnownOptions {
  let options = known.get(loaded);
  if (options === undefined) {
    options = compare(loaded, ownOptionNames(loaded));
    known.set(loaded, options);
  }
  return options;
}

/**
 * The names of the options that the library lists itself, by their numbers: from 3.2.6 on it prints them, the file of
 * an older one holds them. `undefined` where neither can be read.
 */
function ownOptionNames(loaded: Library): readonly string[] | undefined {
  const description = ownDescription(loaded);
  if (description !== undefined) {
    const names = [...description.matchAll(/^option '(\w+)':/gm)].map(([, name = ""]) => name);
    if (names.length > 0) return names;
  }
  try {
    return readWith(loaded.path, readElfOptions);
  } catch {
    // Deno may let a library be opened and not be read; what is known of the version has to do then.
    return undefined;
  }
}

function compare(loaded: Library, names: readonly string[] | undefined): KnownOptions {
  const expected = optionsOf(loaded.version);
  const differing = new Map<string, string>();
  if (names === undefined) return { entries: expected, differing };
  // Of a release that is not known only the numbers may have changed; its own list tells them.
  if (releaseOf(loaded.version) !== formatVersion(loaded.version)) return { entries: numbered(names), differing };
  const entries = Object.entries(expected).filter(([name, { index }]) => {
    if (names[index] === name) return true;
    const other = names.indexOf(name);
    differing.set(name, other < 0 ? `its own list has no "${name}"` : `its own list has "${name}" at number ${other}`);
    return false;
  });
  return { entries: Object.fromEntries(entries), differing };
}

/** The options of `names` that any version is known to have. */
function numbered(names: readonly string[]): Readonly<Record<string, OptionEntry>> {
  return Object.fromEntries(names.flatMap((name, index) => {
    const row = rowsOf(name).at(-1);
    return row === undefined ? [] : [[name, { ...row, index }]];
  }));
}
