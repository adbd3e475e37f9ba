import { UnsupportedError } from "../errors.ts";
import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import { toFunctions } from "../runtime/functions.ts";
import { libcPath } from "../runtime/libc_path.ts";
import type { Functions, Handle } from "../types.ts";
import { libcSymbols } from "./libc_symbols.ts";

/** The name of a group of functions of the C library. */
export type LibcGroup = keyof typeof libcSymbols;

const bound = new Map<LibcGroup, unknown>();

/** The functions of one group of the C library, bound at the first call. */
export function libc<G extends LibcGroup>(
  group: G,
): Functions<typeof libcSymbols[G]> {
  let functions = bound.get(group);
  if (functions === undefined) {
    const declarations = libcSymbols[group];
    functions = toFunctions(
      declarations,
      backend().bind(libcPath(currentPlatform()), declarations, false),
      explain,
    );
    bound.set(group, functions);
  }
  return functions as Functions<typeof libcSymbols[G]>;
}

function explain(symbol: string): Error {
  const { os, arch } = currentPlatform();
  return new UnsupportedError({
    feature: symbol,
    found: `the C library of ${os} ${arch}`,
    needed: "a POSIX system (Linux or macOS)",
  });
}

/** The addresses of functions of the C library, `null` for those that it lacks. */
export function libcAddresses(
  names: readonly string[],
): Record<string, Handle | null> {
  return backend().addresses(libcPath(currentPlatform()), names);
}
