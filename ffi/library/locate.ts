import { posix, win32 } from "node:path";
import type { Platform } from "../platform.ts";

/** A place where the library may be. */
export interface Candidate {
  /** `file`: the library itself. `versions`: a directory with one directory per version, newest wins. */
  readonly kind: "file" | "versions";
  /** Absolute path. */
  readonly path: string;
  /** Who named it: a place that the user named is the only one looked at. */
  readonly source: "option" | "environment" | "project" | "system";
}

/** What {@linkcode locate} decides on. */
export interface LocateOptions {
  /** Path given by the program. */
  readonly path?: string | undefined;
  /** Value of the environment variable `MIMALLOC_PATH`. */
  readonly environmentPath?: string | undefined;
  /** The working directory, absolute; `undefined` where it was deleted. */
  readonly directory: string | undefined;
  /** The directories of the loader's variable, such as `LD_LIBRARY_PATH`. */
  readonly libraryPath?: string | undefined;
  /** The directory of the program that runs: the runtime, or what `--compile` made. */
  readonly programDirectory?: string | undefined;
}

const MULTIARCH: Readonly<Record<string, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
};

/** The file names of the library on a platform, best first. */
export function libraryNames(platform: Platform): readonly string[] {
  switch (platform.os) {
    case "darwin":
      return [
        "libmimalloc.3.dylib",
        "libmimalloc.2.dylib",
        "libmimalloc.dylib",
      ];
    case "win32":
      return ["mimalloc.dll"];
    default:
      return ["libmimalloc.so.3", "libmimalloc.so.2", "libmimalloc.so"];
  }
}

/** The directories in which a platform keeps its libraries. */
export function systemDirectories(platform: Platform): readonly string[] {
  switch (platform.os) {
    case "darwin":
      return ["/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"];
    case "win32":
      return [
        `C:\\vcpkg\\installed\\${platform.arch}-windows\\bin`,
        "C:\\Windows\\System32",
      ];
    default: {
      const multiarch = MULTIARCH[platform.arch];
      const debian = multiarch ? [`/usr/lib/${multiarch}`, `/lib/${multiarch}`] : [];
      return ["/usr/local/lib", ...debian, "/usr/lib64", "/usr/lib", "/lib"];
    }
  }
}

/**
 * The places where the library may be, in the order in which they are tried: the path that the program gave,
 * `MIMALLOC_PATH`, `.mimalloc/<version>/` of the working directory, the directories of the loader's variable, that of the program that
 * runs, those of the system. A path that somebody
 * named is the only one. A pure function: it looks at no file.
 */
export function locate(
  platform: Platform,
  options: LocateOptions,
): readonly Candidate[] {
  const path = platform.os === "win32" ? win32 : posix;
  // Absolute always: Bun would load a bare name from the working directory, Deno would not.
  const named = (
    name: string,
    source: Candidate["source"],
  ): readonly Candidate[] => [
    { kind: "file", path: options.directory === undefined ? name : path.resolve(options.directory, name), source },
  ];
  if (options.path) return named(options.path, "option");
  if (options.environmentPath) {
    return named(options.environmentPath, "environment");
  }
  const candidates: Candidate[] = [];
  const { directory, libraryPath = "", programDirectory } = options;
  if (directory !== undefined) {
    candidates.push({ kind: "versions", path: path.join(directory, ".mimalloc"), source: "project" });
  }
  const ofLoader = libraryPath.split(path.delimiter).filter((each) => path.isAbsolute(each));
  const ofProgram = programDirectory === undefined ? [] : [programDirectory];
  for (const place of [...ofLoader, ...ofProgram, ...systemDirectories(platform)]) {
    for (const name of libraryNames(platform)) {
      candidates.push({ kind: "file", path: path.join(place, name), source: "system" });
    }
  }
  return candidates;
}

/** The command that installs the library on a platform. */
export function installCommand(platform: Platform): string {
  switch (platform.os) {
    case "darwin":
      return "brew install mimalloc";
    case "win32":
      return "vcpkg install mimalloc";
    default:
      return "apt-get install libmimalloc3 (Debian 12: libmimalloc2.0; Alpine: apk add mimalloc2-insecure; " +
        "Fedora: dnf install mimalloc; Arch: pacman -S mimalloc)";
  }
}
