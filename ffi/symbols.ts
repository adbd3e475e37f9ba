/**
 * The symbol table: every function that a supported version of mimalloc exports, with its C declaration, its types and
 * the versions that export it. The one place where C names live: in JavaScript `mi_heap_malloc` is `heapMalloc`.
 *
 * A function without `since` and `until` is exported by every supported version. The groups are bound together, at the
 * first use of one of them.
 *
 * **UNSAFE**: the functions are called as they are. A wrong argument crashes
 * the process or corrupts memory.
 *
 * @module
 */
import type * as groups from "./symbols/groups.ts";
import type { Functions } from "./types.ts";

/** The symbol table, in the groups that are bound together. */
export * as symbols from "./symbols/groups.ts";

/** The name of a group of the symbol table. */
export type Group = keyof typeof groups;

/** The exact C name of a function of the symbol table. */
export type SymbolName = {
  [G in Group]: keyof typeof groups[G] & string;
}[Group];

/** What the functions of a loaded library are reached by; `Library` is the one that exists. */
export interface Bindings {
  /** Whether the library exports the function with this C name. */
  has(symbol: SymbolName): boolean;
  /** The functions of one group of the symbol table. */
  bind<G extends Group>(group: G): Functions<typeof groups[G]>;
}
