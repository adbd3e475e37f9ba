import type { AnyFunction, Declaration, Declarations, Functions } from "../types.ts";
import { isWithin } from "../releases.ts";
import type { Version } from "../version.ts";

/**
 * The JavaScript name of a C function: `mi_heap_malloc` becomes `heapMalloc`, `mi__expand` becomes `_expand`. The type
 * `FunctionName` says the same.
 */
export function functionName(symbol: string): string {
  const name = symbol.replace(/^mi_/, "");
  return name.replace(/(?<!^)_+(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Turns bound symbols into the object that the house calls. One object per group and thread: a call site that has seen
 * two function objects costs 67 ns instead of 5 in Deno, so a missing function is replaced for good.
 */
export function toFunctions<D extends Declarations>(
  declarations: D,
  bound: Record<string, AnyFunction | null>,
  explain: (symbol: string, declaration: Declaration) => Error,
): Functions<D> {
  const functions: Record<string, AnyFunction> = {};
  for (const [symbol, declaration] of Object.entries(declarations)) {
    functions[functionName(symbol)] = bound[symbol] ?? ((): never => {
      throw explain(symbol, declaration);
    });
  }
  return functions as Functions<D>;
}

/** What of a group is bound on `version`: in the form that it has there, dangerous functions only on demand. */
export function declarationsFor(
  declarations: Declarations,
  version: Version,
  dangerous: boolean,
): Declarations {
  return Object.fromEntries(
    Object.entries(declarations)
      .filter(([, { danger }]) => dangerous || danger === undefined)
      .map(([symbol, declaration]) => [symbol, formOn(version, declaration)]),
  );
}

/** A declaration as it was on `version`. */
export function formOn(version: Version, declaration: Declaration): Declaration {
  const { older = [], ...rest } = declaration;
  const form = [older].flat().find((range) => isWithin(version, range));
  if (form === undefined) return rest;
  const { since: _since, until: _until, ...changes } = form;
  return { ...rest, ...changes };
}
