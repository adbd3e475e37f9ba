import { LibraryLoadError, UnsupportedError } from "../errors.ts";
import { keepLoaded } from "../libc/keep_loaded.ts";
import { backend } from "../runtime/backend.ts";
import type { AnyFunction, ForeignDeclaration } from "../types.ts";
import { findForeignLibrary } from "./_find_foreign_library.ts";

/** A library that the program named, and its functions as raw calls. */
export interface ForeignLibrary {
  /** The absolute path of the file. */
  readonly path: string;
  /** The functions by their names in C. **UNSAFE**: they are called as they are. */
  readonly functions: Readonly<Record<string, AnyFunction>>;
}

/**
 * Opens the library `name` for good and binds `declarations`. Its file is checked before the loader sees it, because
 * loading a truncated one kills the process; and it is never closed, because callbacks and threads may still be in it.
 *
 * Throws `LibraryLoadError` when no usable file is found, when it does not open, when it lacks a function and when the
 * runtime forbids native calls; `UnsupportedError` for a struct that the runtime cannot pass by value; `TypeError` for
 * what is neither a name nor a path nor the URL of a file.
 */
export function openForeignLibrary(
  name: string | URL,
  declarations: Readonly<Record<string, ForeignDeclaration>>,
): ForeignLibrary {
  const runtime = backend();
  runtime.requirePermission(String(name));
  const path = findForeignLibrary(name);
  const functions = Object.keys(declarations).length === 0 ? {} : bind(path, declarations);
  const missing = Object.keys(declarations).filter((symbol) => functions[symbol] === null);
  if (missing.length > 0) {
    throw new LibraryLoadError(`Cannot open ${path}: it exports no ${missing.join(", ")}`, {
      searched: [{ place: path, reason: `it exports no ${missing.join(", ")}` }],
    });
  }
  // Deno closes the libraries of a Worker that ends (2.9).
  keepLoaded(path);
  return { path, functions: functions as Record<string, AnyFunction> };
}

function bind(
  path: string,
  declarations: Readonly<Record<string, ForeignDeclaration>>,
): Record<string, AnyFunction | null> {
  try {
    return backend().bindForeign(path, declarations);
  } catch (cause) {
    if (cause instanceof LibraryLoadError || cause instanceof UnsupportedError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LibraryLoadError(`Cannot open ${path}: ${reason}`, { searched: [{ place: path, reason }], cause });
  }
}
