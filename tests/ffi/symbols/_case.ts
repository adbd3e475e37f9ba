import { library } from "../../../ffi/library/library.ts";
import { functionName } from "../../../ffi/runtime/functions.ts";
import { type Group, symbols } from "../../../ffi/symbols.ts";
import type { AnyFunction, Functions } from "../../../ffi/types.ts";

/** What a case may call: the functions of its group, the dangerous ones included. */
export type Calls<G extends Group> = Functions<typeof symbols[G]>;

/** What a function does, in words, and the proof. */
export interface Case<G extends Group> {
  /** Completes "mi_calloc …". */
  readonly does: string;
  /** Calls the function and asserts what it does. */
  readonly prove: (calls: Calls<G>) => void;
  /** Whether it changes the state of the thread or process, so that it needs a process of its own. */
  readonly alone: boolean;
}

/** A case for every function of a group. */
export type Cases<G extends Group> = {
  readonly [S in keyof typeof symbols[G]]: Case<G>;
};

/** A case that runs beside others. */
export function proves<G extends Group>(does: string, prove: (calls: Calls<G>) => void): Case<G> {
  return { does, prove, alone: false };
}

/** A case that needs a process of its own. */
export function provesAlone<G extends Group>(does: string, prove: (calls: Calls<G>) => void): Case<G> {
  return { does, prove, alone: true };
}

/** The functions of a group, dangerous ones included; each one that returned is added to `called`. */
export function bindRecorded<G extends Group>(group: G, called: Set<string>): Calls<G> {
  const functions = library().bind(group, { dangerous: true }) as Record<string, AnyFunction>;
  const recorded: Record<string, AnyFunction> = {};
  for (const symbol of Object.keys(symbols[group])) {
    const call = functions[functionName(symbol)] as AnyFunction;
    recorded[functionName(symbol)] = (...args): unknown => {
      const result = call(...args);
      called.add(symbol);
      return result;
    };
  }
  return recorded as Calls<G>;
}
