/** A library in `.mimalloc`. */
interface Library {
  version: string;
  path: string;
  headers: boolean;
}
/** What is read of a lockfile. */
export interface Lock {
  packages: Record<string, { version?: string; integrity?: string; optional?: boolean }>;
}
/** The functions of scripts/setup/. */
interface Setup {
  aptWords(result: { stderr: string; failure: string }): string;
  chooseMirrors(targets: string): string[];
  compareVersions(a: string, b: string): number;
  findDifference(lock: Lock, installed: Lock | undefined, isThere: (path: string) => boolean): string | undefined;
  findMissing(libraries: { version: string; headers: boolean }[]): { name: string }[];
  hasApt(): boolean;
  installCommand(platform: string, isThere: (name: string) => boolean, release: string): string;
  listLibraries(directory: string): Library[];
  listSystemLibraries(): string[];
  systemPaths(platform: string, architecture: string): string[];
  upstreamVersion(version: string): string | undefined;
  versionFromNumber(number: number): string;
}

// The scripts are plain JavaScript: their types are written down above.
const modules = await Promise.all(
  ["apt", "debian_libraries", "libraries", "npm_packages", "versions"].map((name) =>
    import(new URL(`../../scripts/setup/${name}.mjs`, import.meta.url).href)
  ),
);
/** The pieces of the setup. */
export const scripts: Setup = Object.assign({}, ...modules);
