import { LibraryLoadError } from "../errors.ts";
import { leaveText, takeTexts } from "../libc/process_texts.ts";
import { backend } from "../runtime/backend.ts";
import { queryPermissions } from "../runtime/permissions.ts";
import { onMainThread } from "../runtime/main_thread.ts";

/**
 * What ends when the module is loaded anew in the same realm, in this order: `bun --hot` evaluates a program again
 * and tells nobody, so that the next life of the module has to end what the last one has left.
 */
const PHASES = ["leave", "profilers", "subprocesses", "heaps", "arenas", "hooks", "realm"] as const;

/** One of the steps in which a life ends. */
export type LifePhase = typeof PHASES[number];

/** What a copy of this module leaves for others in its realm. Every version of the package has to understand it. */
interface Life {
  /** Where the module comes from. */
  readonly place: string;
  /** The library that it has opened. */
  readonly file: string;
  /** Ends what it has made; returns what the next life can use, by the phase that left it. */
  readonly end: () => ReadonlyMap<string, unknown>;
}

const KEY = Symbol.for("@mimalloc/ffi");
const lives = globalThis as unknown as { [KEY]?: Life };
// Without what a program puts behind it to have a module loaded anew.
const place = import.meta.url.replace(/[?#].*$/, "");

const tasks = new Map<LifePhase, () => unknown>();
const descriptions = new Map<LifePhase, () => unknown>();
let inheritance: ReadonlyMap<string, unknown> = new Map();
let ended = false;

/**
 * Throws {@linkcode LibraryLoadError} when a copy of this module from another place has opened the library in this realm,
 * or when a later life of this one has replaced it.
 */
export function requireOnlyCopy(): void {
  if (ended) {
    throw new LibraryLoadError("Cannot open libmimalloc: this module was loaded anew, and what it had was ended");
  }
  const other = lives[KEY];
  if (other === undefined || other.place === place) return;
  throw new LibraryLoadError(
    `Cannot open libmimalloc from ${place}: another copy of @mimalloc/ffi, ${other.place}, has opened it in this ` +
      "program, and the two do not know each other's hooks, arenas and sub-processes; let the whole program import one " +
      "copy, by its import map or the overrides of its package manager",
  );
}

/** Ends the last life of this module in this realm, when there was one, and begins the next one with the library `file`. */
export function beginLife(file: string): void {
  const before = lives[KEY];
  const left = before?.end() ?? inheritance;
  // What lies in another library is of no use.
  if (before?.file === file) inheritance = left;
  if (onMainThread() && backend().name === "deno") inheritFromProcess(file);
  Object.defineProperty(lives, KEY, { configurable: true, writable: true, value: { place, file, end } satisfies Life });
}

/**
 * `deno run --watch` and `deno test` run one program after the other in a process, each in a realm of its own, of which
 * nothing is left when it ends but what it has told the process.
 */
function inheritFromProcess(file: string): void {
  const left = new Map<string, unknown[]>();
  for (const text of takeTexts()) {
    const { file: theirs, ...phases } = JSON.parse(text) as { file: string } & Record<string, unknown[]>;
    if (theirs !== file) continue;
    for (const [phase, items] of Object.entries(phases)) left.set(phase, [...left.get(phase) ?? [], ...items]);
  }
  if (left.size > 0) inheritance = left;
  globalThis.addEventListener("unload", () => {
    // A program can give the permission back, and then nothing can be left.
    if (queryPermissions()?.ffi !== "granted") return;
    const described = [...descriptions].map(([phase, describe]) => [phase, describe()]);
    leaveText(JSON.stringify({ ...Object.fromEntries(described), file }));
  });
}

function end(): ReadonlyMap<string, unknown> {
  const left = new Map<string, unknown>();
  for (const phase of PHASES) {
    const task = tasks.get(phase);
    if (task !== undefined) left.set(phase, task());
  }
  ended = true;
  return left;
}

/** Whether a later life has replaced this one. */
export function isReplaced(): boolean {
  return ended;
}

/**
 * Runs `task` in a phase of the end of this life; the next one finds its result under the same name, or, where the whole
 * realm ends, the list that `describe` gives, which becomes JSON.
 */
export function whenLifeEnds(phase: LifePhase, task: () => unknown, describe?: () => readonly unknown[]): void {
  tasks.set(phase, task);
  if (describe !== undefined) descriptions.set(phase, describe);
}

/** What the last life has left in a phase. */
export function inheritedFrom(phase: LifePhase): unknown {
  return inheritance.get(phase);
}
