import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import process from "node:process";
import { LibraryLoadError, type SearchedPlace } from "../errors.ts";
import { cachedLibrary } from "../libc/shared_cache.ts";
import { filePathOf } from "../library/file_path.ts";
import { reasonAgainst } from "../library/find_library.ts";
import { systemDirectories } from "../library/locate.ts";
import { currentPlatform, type Platform, readEnvironment } from "../platform.ts";
import { backend } from "../runtime/backend.ts";

/** Where a library may be that is named without a directory. */
function directoriesOf(platform: Platform): readonly string[] {
  const variable = platform.os === "win32"
    ? "PATH"
    : platform.os === "darwin"
    ? "DYLD_LIBRARY_PATH"
    : "LD_LIBRARY_PATH";
  const ofLoader = (readEnvironment(variable) ?? "").split(delimiter).filter((each) => isAbsolute(each));
  return [...new Set([...ofLoader, dirname(process.execPath), ...systemDirectories(platform)])];
}

/** The files that `name` may mean; one with a directory in it means just that one. */
function candidatesOf(name: string, platform: Platform): readonly string[] {
  if (/[/\\]/.test(name)) return [resolve(name)];
  return directoriesOf(platform).map((directory) => join(directory, name));
}

/**
 * The absolute path of a library that the program names, whose headers are sound, or which macOS has in its cache alone. A bare name is looked for where the
 * system and the variable of its loader say, never in the working directory.
 *
 * Throws `LibraryLoadError` with every place and the reason against it when there is none, `TypeError` for what is
 * neither a name nor a path nor the URL of a file.
 */
export function findForeignLibrary(name: string | URL): string {
  const platform = currentPlatform();
  const searched: SearchedPlace[] = [];
  const asked = filePathOf(name, "open a library of the name");
  for (const place of candidatesOf(asked, platform)) {
    const reason = reasonAgainst(place, platform, backend().isPermissionError);
    if (reason === undefined) return place;
    searched.push({ place, reason });
  }
  const cached = cachedLibrary(asked, platform);
  if (cached !== undefined) return cached;
  const list = searched.map(({ place, reason }) => `  ${place}: ${reason}`).join("\n");
  throw new LibraryLoadError(
    `Cannot open ${asked}: none of these places has a usable library of that name\n${list}\n` +
      "Install it, or name the file by its path",
    { searched },
  );
}
