import { LibraryLoadError, UnsupportedError } from "../errors.ts";
import { keepLoaded } from "../libc/keep_loaded.ts";
import { readEnvironment } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import { declarationsFor, toFunctions } from "../runtime/functions.ts";
import { describePresence, isPresent, releaseOf, releases } from "../releases.ts";
import { hasSharedHeaps } from "../shared_heaps.ts";
import { type Bindings, type Group, type SymbolName, symbols } from "../symbols.ts";
import type { Backend, Declaration, Declarations, Functions } from "../types.ts";
import { compareVersions, formatVersion, parseVersion, type Version, versionOf } from "../version.ts";
import { type Build, readBuild } from "./build_type.ts";
import type { StatsLayout } from "../stats_layout.ts";
import { printStatisticsAtExit } from "./exit_statistics.ts";
import { opensFirst, requireLastingThread } from "./first_opening.ts";
import { filePathOf } from "./file_path.ts";
import { findLibrary } from "./find_library.ts";
import { beginLife, isReplaced, requireOnlyCopy } from "./life.ts";
import { isSameFile, preloadedMimalloc, refuseSecondCopy } from "./preload.ts";
import { probeStats } from "./probe_stats.ts";
import { requireSoundChecks, requireSoundGuards } from "./sound_checks.ts";
import { markWorker } from "./worker_mark.ts";

const OLDEST: Version = { major: 2, minor: 0, patch: 5 };
const NEWEST_MAJOR = 3;

/** The way out where the file that was found turns out to be of no use. */
const NAME_ANOTHER = "Name another file in MIMALLOC_PATH or in loadLibrary({ path })";

/** Options of {@linkcode Library.bind}. */
export interface BindOptions {
  /**
   * Bind functions too that may end the process, such as `mi_new`, which aborts when memory runs out.
   *
   * @default {false}
   */
  readonly dangerous?: boolean;
}

/** A loaded libmimalloc. It stays open until the process ends: closing it would crash threads that used it. */
export class Library implements Bindings {
  readonly #backend: Backend;
  readonly #bound = new Map<string, unknown>();
  #exported: ReadonlySet<string> | undefined;
  #build: Build | undefined;
  #statsLayout: StatsLayout | undefined;
  /** Absolute path of the file. */
  readonly path: string;
  /** Version that the library itself tells (`mi_version`). */
  readonly version: Version;

  /** Opens the file at `path`; {@linkcode library} is the way to get the one instance. */
  constructor(backend: Backend, path: string) {
    this.#backend = backend;
    this.path = path;
    this.version = readVersion(backend, path);
  }

  /** The version as text: `"3.6.0"`. */
  get versionText(): string {
    return formatVersion(this.version);
  }

  /** How the library was built, as far as it tells. */
  get build(): Build {
    return this.#build ??= readBuild(this);
  }

  /**
   * Where the fields of `mi_stats_t` lie, found by calls that are harmless in whatever form the library has it.
   *
   * Throws {@linkcode UnsupportedError} before 2.2.2 and 3.0.2, and when the structure is none of those that are known.
   */
  get statsLayout(): StatsLayout {
    return this.#statsLayout ??= probeStats(this);
  }

  /**
   * The functions of one group of the symbol table, bound at the first call. **UNSAFE**: they are called as they are,
   * so a wrong argument crashes the process or corrupts memory.
   *
   * A function that the loaded library lacks throws {@linkcode UnsupportedError} when it is called, and one that may
   * end the process throws `Error` unless `options.dangerous` is set. Throws `TypeError` for what is no group.
   */
  bind<G extends Group>(group: G, options: BindOptions = {}): Functions<typeof symbols[G]> {
    const dangerous = options?.dangerous ?? false;
    const key = dangerous ? `${String(group)} with dangers` : group;
    let functions = this.#bound.get(key);
    if (functions === undefined) {
      if (typeof group !== "string" || !Object.hasOwn(symbols, group)) {
        throw new TypeError(
          `Cannot bind ${typeof group === "string" ? `"${group}"` : `a ${typeof group}`}: the groups are ${
            Object.keys(symbols).join(", ")
          }`,
        );
      }
      const declarations: Declarations = symbols[group];
      const bound = this.#backend.bind(
        this.path,
        declarationsFor(declarations, versionOf(releaseOf(this.version)), dangerous),
        this.version.major < 3,
      );
      functions = toFunctions(
        declarations,
        bound,
        (symbol, declaration) =>
          declaration.danger !== undefined && !dangerous
            ? refused(symbol, declaration.danger, group)
            : this.#missing(symbol, declaration),
      );
      this.#bound.set(key, functions);
    }
    return functions as Functions<typeof symbols[G]>;
  }

  /** Whether the loaded library exports the function with this C name. */
  has(symbol: SymbolName): boolean {
    this.#exported ??= this.#probe();
    return this.#exported.has(symbol);
  }

  /** Whether any thread may use any heap (from 3.3.0 on), or only the thread that made it. */
  get sharedHeaps(): boolean {
    return hasSharedHeaps(this.version);
  }

  #probe(): ReadonlySet<string> {
    const names = Object.values(symbols).flatMap((group) => Object.keys(group));
    const addresses = this.#backend.addresses(this.path, names);
    return new Set(names.filter((name) => addresses[name] !== null));
  }

  #missing(symbol: string, declaration: Declaration): UnsupportedError {
    const isChanged = isPresent(versionOf(releaseOf(this.version)), declaration);
    return new UnsupportedError({
      feature: symbol,
      found: `mimalloc ${this.versionText}${isChanged ? ` that lacks it (${this.path})` : ""}`,
      needed: `mimalloc ${isChanged ? `${this.versionText} as it was released` : describePresence(declaration)}`,
    });
  }
}

/** The groups without which nothing works. */
const ESSENTIAL: readonly Group[] = ["blocks", "heaps", "process", "hooks"];

/**
 * Throws `LibraryLoadError` for a version that is newer than any that is known and no longer has what the newest has:
 * then it has changed too much to be taken for that one. Its options and statistics are looked at when they are used.
 */
function requireKin(opened: Library): void {
  const newest = releases.at(-1)!;
  if (compareVersions(opened.version, versionOf(newest)) <= 0) return;
  const expected = ESSENTIAL.flatMap((group) => Object.entries<Declaration>(symbols[group]))
    .filter(([, declaration]) => isPresent(versionOf(newest), declaration));
  const lacking = expected.map(([name]) => name).filter((name) => !opened.has(name as SymbolName));
  if (lacking.length === 0) return;
  const reason = `it is mimalloc ${opened.versionText}, newer than any that is known (${newest}), and lacks ` +
    lacking.join(", ");
  throw new LibraryLoadError(`Cannot use ${opened.path}: ${reason}\n${NAME_ANOTHER}`, {
    searched: [{ place: opened.path, reason }],
  });
}

function refused(symbol: string, danger: string, group: Group): Error {
  return new Error(
    `Cannot call ${symbol}: ${danger}; library().bind("${group}", { dangerous: true }) binds it`,
  );
}

function readVersion(backend: Backend, path: string): Version {
  const version = backend.bind(path, symbols.identity, false)["mi_version"];
  if (!version) {
    throw new LibraryLoadError(
      `Cannot use ${path}: it is a library, but it does not export mi_version\n${NAME_ANOTHER}`,
      {
        searched: [{ place: path, reason: "it is not mimalloc" }],
      },
    );
  }
  const found = parseVersion(version() as number);
  if (compareVersions(found, OLDEST) < 0 || found.major > NEWEST_MAJOR) {
    const text = formatVersion(found);
    throw new LibraryLoadError(
      `Cannot use ${path}: it is mimalloc ${text}, supported are ${formatVersion(OLDEST)} to 3.x\n${NAME_ANOTHER}`,
      {
        searched: [{ place: path, reason: `it is mimalloc ${text}` }],
      },
    );
  }
  return found;
}

let current: Library | undefined;

/** Options of {@linkcode loadLibrary}. */
export interface LoadLibraryOptions {
  /**
   * Path of the library file, or its `file:` URL; absent means to search for it. One that `bun build --compile` has
   * embedded is copied to a directory of this user and process, which goes at the end of the main thread.
   */
  readonly path?: string | URL;
}

/**
 * Opens libmimalloc now instead of at the first call that needs it, from `path` when one is given. Once it is open, it
 * is the library of this thread.
 *
 * Throws {@linkcode LibraryLoadError} when no usable library is found, when the permission for native calls is missing,
 * when another file is open or preloaded already, when a Worker opens 3.3 before the main thread does, when it is a
 * debug build of 2.0.9, 2.3, 2.4 or 3.0.0 to 3.1.5, whose own checks end the process, when it is a guarded build of
 * 2.3, 2.4, 3.0.1 or 3.3, in which guard pages do, or when another copy of this package has opened one in this realm; a
 * later life of the same module (`bun --hot`) ends the heaps of the last one. `TypeError` for a `path` that is neither
 * a path nor the URL of a file.
 *
 * Its functions are opened in groups, when one of them is needed first, and stay open. `deno test --sanitize-resources`
 * takes that for a leak of the test that needs them first: use them once before, at the top of the file.
 *
 * @example
 * ```ts
 * import { loadLibrary } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const library = loadLibrary();
 * assert.match(library.versionText, /^[23]\./);
 * ```
 */
export function loadLibrary(options: LoadLibraryOptions = {}): Library {
  const path = pathOf(options);
  requireOnlyCopy();
  if (current === undefined) return current = open(path);
  if (path !== undefined && !isSameFile(path, current.path)) {
    throw new LibraryLoadError(
      `Cannot open ${path}: ${current.path} is open already, load it before the first allocation`,
    );
  }
  return current;
}

/** The path that a program names, also as a `file:` URL in text, or one of another realm. */
function pathOf(options: LoadLibraryOptions): string | undefined {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot load a library with ${String(options)}: it is no object`);
  }
  const { path } = options;
  return path === undefined ? undefined : filePathOf(path, "load a library from");
}

/**
 * The one library of this thread, opened at the first call.
 *
 * Throws like {@linkcode loadLibrary}.
 */
export function library(): Library {
  return current !== undefined && !isReplaced() ? current : loadLibrary();
}

function open(path: string | undefined): Library {
  const runtime = backend();
  runtime.requirePermission("libmimalloc");
  const file = findLibrary(path ?? unnamedPreload(), runtime.isPermissionError);
  refuseSecondCopy(file);
  try {
    const first = opensFirst(file);
    const opened = new Library(runtime, file);
    requireKin(opened);
    requireLastingThread(opened, first);
    requireSoundChecks(opened);
    requireSoundGuards(opened);
    keepLoaded(file);
    avoidHugePages(opened);
    markWorker(opened);
    beginLife(file);
    printStatisticsAtExit(opened);
    return opened;
  } catch (cause) {
    if (cause instanceof LibraryLoadError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LibraryLoadError(`Cannot open ${file}: ${reason}\n${NAME_ANOTHER}`, {
      searched: [{ place: file, reason }],
      cause,
    });
  }
}

/** The preloaded mimalloc, when nobody names another one: it serves the whole process already. */
function unnamedPreload(): string | undefined {
  return readEnvironment("MIMALLOC_PATH") ? undefined : preloadedMimalloc();
}

/** Index of the option `allow_thp`, and its default of "as the system likes", in 3.6. */
const OPTION_ALLOW_THP = 43;
const AUTOMATIC = 2;

/**
 * Turns transparent huge pages of the default arena off before the first allocation: on 3.6 they cost 4 to 6 ms inside
 * one malloc and make the first block of a heap 500 us slow. An explicit `MIMALLOC_ALLOW_THP` is left alone.
 */
function avoidHugePages(opened: Library): void {
  if (compareVersions(opened.version, { major: 3, minor: 6, patch: 0 }) < 0) {
    return;
  }
  if (readEnvironment("MIMALLOC_ALLOW_THP") !== undefined) return;
  const { optionGet, optionSet } = opened.bind("process");
  if (Number(optionGet(OPTION_ALLOW_THP)) === AUTOMATIC) {
    optionSet(OPTION_ALLOW_THP, 0);
  }
}
