import process from "node:process";
import { losesAlignedBlocks } from "../ffi/aligned_blocks.ts";
import type { Library } from "../ffi/library/library.ts";
import { preloadedMimalloc, preloadVariable } from "../ffi/library/preload.ts";
import type { OptionName, OptionUnit } from "../ffi/options_table.ts";
import { currentPlatform, readEnvironment } from "../ffi/platform.ts";
import { environment } from "../heaps/options/environment.ts";
import { options } from "../heaps/options/options.ts";
import { CommandError } from "./_command_error.ts";

const KIB_PER_UNIT: Readonly<Record<string, number>> = { KiB: 1, MiB: 2 ** 10, GiB: 2 ** 20 };

/**
 * The environment in which a program runs on `library`: this process's own, the library preloaded, `settings`
 * (`"name=value"`) as variables, and `MIMALLOC_PATH`, because the program crashes when it opens another copy itself.
 *
 * Throws `CommandError` for a setting that the library does not know or take, where libraries cannot be preloaded, and for
 * a library that ends programs which it is preloaded into.
 */
export function runEnvironment(library: Library, settings: readonly string[]): NodeJS.ProcessEnv {
  const variables = {
    ...Object.assign({}, ...settings.map(optionVariable)),
    ...preloadEntry(library.path),
    MIMALLOC_PATH: library.path,
  };
  return { ...keepingPages(library), ...process.env, ...variables };
}

/** What lets a release build of 3.0.0 and 3.0.1 free aligned blocks: pages of living threads stay with them. */
function keepingPages({ version, versionText, build, path }: Library): Record<string, string> {
  if (!losesAlignedBlocks(version)) return {};
  if (build.padding === true) {
    throw new CommandError(
      `Cannot run a program on ${path}: it is a secure build of mimalloc ${versionText}, which takes the end of aligned ` +
        "blocks for damage and ends the process; take a release build, or another version",
    );
  }
  return environment({ page_full_retain: -1, reclaim_on_free: 0 });
}

function preloadEntry(path: string): Record<string, string> {
  const platform = currentPlatform();
  const variable = preloadVariable(platform);
  if (variable === undefined) {
    throw new CommandError(`Cannot run a program on mimalloc: ${platform.os} has no way to preload a library`);
  }
  if (/[: ]/.test(path)) {
    throw new CommandError(`Cannot preload "${path}": ${variable} takes no path with a colon or a space`);
  }
  const others = readEnvironment(variable) ?? "";
  // It is the same file: loading the library has refused any other.
  if (preloadedMimalloc() !== undefined) return { [variable]: others };
  return { [variable]: others === "" ? path : `${path}:${others}` };
}

function optionVariable(setting: string): Record<string, string> {
  const [, name, text] = /^([^=]+)=(.*)$/.exec(setting) ?? [];
  if (name === undefined || text === undefined) {
    throw new CommandError(`Cannot set option "${setting}": it is written name=value`);
  }
  const known = options.list().find((option) => option.name === name);
  const value = parseValue(text, known?.unit);
  if (value === undefined) {
    throw new CommandError(
      `Cannot set option "${name}" to "${text}": a value is an integer, true or false, or one like 64MiB for an ` +
        "option in KiB",
    );
  }
  try {
    const variable = environment({ [name]: value });
    // For a name that only another version has this throws the error that says so.
    if (known === undefined) options.get(name as OptionName);
    return variable;
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}

function parseValue(text: string, unit: OptionUnit | undefined): number | boolean | undefined {
  if (text === "true" || text === "false") return text === "true";
  const [, digits, suffix] = /^(-?\d+)(KiB|MiB|GiB)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (suffix === undefined) return Number(digits);
  return unit === "KiB" ? Number(digits) * KIB_PER_UNIT[suffix]! : undefined;
}
