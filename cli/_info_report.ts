import process from "node:process";
import { LibraryLoadError, type SearchedPlace } from "../ffi/errors.ts";
import type { Build } from "../ffi/library/build_type.ts";
import { type FeatureName, readFeatures } from "../ffi/library/features.ts";
import { searchLibrary } from "../ffi/library/find_library.ts";
import { type Library, loadLibrary } from "../ffi/library/library.ts";
import { preloadedMimalloc } from "../ffi/library/preload.ts";
import { currentPlatform, type Platform } from "../ffi/platform.ts";
import { backend } from "../ffi/runtime/backend.ts";
import { type Permissions, queryPermissions } from "../ffi/runtime/permissions.ts";
import { type OptionInfo, options } from "../heaps/options/options.ts";
import { type Machine, readMachine } from "./_machine.ts";

/** The library that was found. */
export interface LibraryReport {
  /** Absolute path of the file. */
  readonly path: string;
  /** Version that it tells. */
  readonly version: string;
  /** How it was built. */
  readonly build: Build;
  /** Which abilities it has of those that differ between versions. */
  readonly features: Readonly<Record<FeatureName, boolean>>;
  /** Its options whose value is not the default of a release build. */
  readonly changedOptions: readonly OptionInfo[];
}

/** What `mimalloc info` tells; `null` for what there is not. */
export interface InfoReport {
  /** The runtime that asks. */
  readonly runtime: { readonly name: string; readonly version: string };
  /** The platform that it runs on. */
  readonly platform: Platform;
  /** The library, or `null` when none can be used. */
  readonly library: LibraryReport | null;
  /** Why there is no library. */
  readonly problem: string | null;
  /** The places that were looked at before it, with the reason against each. */
  readonly searched: readonly SearchedPlace[];
  /** The copy of mimalloc that is preloaded into this process. */
  readonly preloaded: string | null;
  /** What the runtime permits; `null` where it has no permissions. */
  readonly permissions: Permissions | null;
  /** The machine. */
  readonly machine: Machine;
}

/** Finds the library, in `path` when that is given, and all else that there is to tell. */
export function readInfo(path: string | undefined): InfoReport {
  const { name, isPermissionError } = backend();
  const found = openLibrary(path, isPermissionError);
  return {
    runtime: { name, version: process.versions[name] ?? "unknown" },
    platform: currentPlatform(),
    ...found,
    preloaded: preloadedMimalloc() ?? null,
    permissions: queryPermissions() ?? null,
    machine: readMachine(),
  };
}

type Found = Pick<InfoReport, "library" | "problem" | "searched">;

function openLibrary(path: string | undefined, isPermissionError: (error: unknown) => boolean): Found {
  try {
    const library = loadLibrary(path === undefined ? {} : { path });
    const { searched } = searchLibrary(path, isPermissionError);
    return { library: describe(library), problem: null, searched };
  } catch (error) {
    if (!(error instanceof LibraryLoadError)) throw error;
    const [problem = ""] = error.message.split("\n");
    return { library: null, problem, searched: error.searched };
  }
}

function describe(library: Library): LibraryReport {
  return {
    path: library.path,
    version: library.versionText,
    build: library.build,
    features: readFeatures(library),
    changedOptions: options.list().filter((option) => option.value !== option.default),
  };
}
