import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { checkLibraryFile } from "../binary/check_library_file.ts";
import { LibraryLoadError, type SearchedPlace } from "../errors.ts";
import { currentPlatform, type Platform, readEnvironment } from "../platform.ts";
import { type Candidate, installCommand, libraryNames, locate } from "./locate.ts";

/** Says whether an error of the file system means that the runtime forbids to look. */
export type IsPermissionError = (error: unknown) => boolean;

/** What a search for the library came to. */
export interface LibrarySearch {
  /** The path of the first sound library file, or `undefined`. */
  readonly file: string | undefined;
  /** The places before it, with the reason against each. */
  readonly searched: readonly SearchedPlace[];
}

/**
 * The path of the first sound library file in the order of {@linkcode locate}.
 *
 * Throws {@linkcode LibraryLoadError} when there is none, with every place and the reason against it.
 */
export function findLibrary(
  path: string | undefined,
  isPermissionError: IsPermissionError,
): string {
  const { file, searched } = searchLibrary(path, isPermissionError);
  if (file === undefined) throw notFound(searched, currentPlatform());
  return file;
}

/** Looks for a sound library file in the order of {@linkcode locate}. */
export function searchLibrary(
  path: string | undefined,
  isPermissionError: IsPermissionError,
): LibrarySearch {
  const platform = currentPlatform();
  const environmentPath = readEnvironment("MIMALLOC_PATH");
  const candidates = locate(platform, {
    path,
    environmentPath,
    directory: attempt(() => process.cwd()),
    libraryPath: readEnvironment(platform.os === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH"),
    programDirectory: attempt(() => dirname(process.execPath)),
  });
  const searched: SearchedPlace[] = [];
  for (const candidate of candidates) {
    for (
      const file of filesOf(candidate, platform, searched, isPermissionError)
    ) {
      const reason = reasonAgainst(file, platform, isPermissionError);
      if (reason === undefined) return { file, searched };
      searched.push({ place: file, reason });
    }
  }
  return { file: undefined, searched };
}

/** What `read` gives; `undefined` where the working directory was deleted, or Deno does not tell. */
function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Searched places that the runtime does not let us look at. */
const DENIED = "it may not be read";

function filesOf(
  candidate: Candidate,
  platform: Platform,
  searched: SearchedPlace[],
  isPermissionError: IsPermissionError,
): readonly string[] {
  if (candidate.kind === "file") return [candidate.path];
  try {
    const newestFirst = readdirSync(candidate.path)
      .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
    return newestFirst.flatMap((version) => libraryNames(platform).map((name) => join(candidate.path, version, name)))
      .filter((file) => existsSync(file));
  } catch (error) {
    searched.push({
      place: candidate.path,
      reason: explain(error, candidate.path, isPermissionError),
    });
    return [];
  }
}

/** Why the file at a path cannot be opened as a library; `undefined` when it can. */
export function reasonAgainst(
  file: string,
  platform: Platform,
  isPermissionError: IsPermissionError,
): string | undefined {
  try {
    return checkLibraryFile(file, platform);
  } catch (error) {
    return explain(error, file, isPermissionError);
  }
}

function explain(
  error: unknown,
  path: string,
  isPermissionError: IsPermissionError,
): string {
  if (isPermissionError(error)) {
    return `${DENIED}, run again with --allow-read=${path}`;
  }
  if ((error as { code?: string }).code === "ENOENT") {
    return "it does not exist";
  }
  return error instanceof Error ? error.message : String(error);
}

function notFound(
  searched: readonly SearchedPlace[],
  platform: Platform,
): LibraryLoadError {
  const list = searched.map(({ place, reason }) => `  ${place}: ${reason}`)
    .join("\n");
  const permission = missingPermission(searched);
  const fix = permission === undefined
    ? `Install it with: ${installCommand(platform)}`
    : `Run again with ${permission} to let it look there, or install it with: ${installCommand(platform)}`;
  return new LibraryLoadError(
    `Cannot find libmimalloc: none of these places has a usable one\n${list}\n${fix}\n` +
      "or name the file in MIMALLOC_PATH or in loadLibrary({ path })",
    permission === undefined ? { searched } : { searched, permission },
  );
}

function missingPermission(searched: readonly SearchedPlace[]): string | undefined {
  const denied = searched.filter(({ reason }) => reason.startsWith(DENIED));
  if (denied.length === 0) return undefined;
  return searched.length === 1 ? `--allow-read=${denied[0]?.place}` : "--allow-read";
}
