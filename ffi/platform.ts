import process from "node:process";

/** The operating system and processor that the process runs on. */
export interface Platform {
  /** As `process.platform` says it: `"linux"`, `"darwin"`, `"win32"` … */
  readonly os: string;
  /** As `process.arch` says it: `"x64"`, `"arm64"` … */
  readonly arch: string;
}

/** The platform of this process. */
export function currentPlatform(): Platform {
  return { os: process.platform, arch: process.arch };
}

/** What a C `long` is there. */
export function longType({ os }: Platform): "i32" | "i64" {
  return os === "win32" ? "i32" : "i64";
}

/** The environment of this process, without what a runtime's permissions hide. */
export function readEnvironment(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    // Deno throws NotCapable without --allow-env: an unreadable variable counts as unset.
    return undefined;
  }
}
