import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { LibraryLoadError } from "../errors.ts";
import { atExit } from "../runtime/at_exit.ts";
import { onMainThread } from "../runtime/main_thread.ts";

/** Where the files are that `bun build --compile` embeds: Bun alone can read them, the loader of the system cannot. */
const EMBEDDED = /^(?:\/\$bunfs\/|[A-Za-z]:[\\/]~BUN[\\/])/;

/**
 * `path`, or that of a copy when it names a file that is embedded in the program: one for all threads of the process,
 * because another copy would be another mimalloc, in a directory that only this user may enter. The main thread removes
 * it at its end; where the process is killed, or a Worker alone loads the library, it stays.
 *
 * Throws {@linkcode LibraryLoadError} when somebody else has made the directory, and what the file system throws.
 */
export function extracted(path: string): string {
  if (!EMBEDDED.test(path)) return path;
  const directory = join(tmpdir(), `mimalloc-ffi-${process.getuid?.() ?? "user"}-${process.pid}`);
  const file = join(directory, basename(path));
  makePrivate(directory, file);
  const bytes = readFileSync(path);
  if (byteLengthOf(file) === bytes.length) return file;
  // Renamed when it is whole: another thread may look for it now.
  const part = `${file}.${crypto.randomUUID()}`;
  writeFileSync(part, bytes, { mode: 0o600 });
  renameSync(part, file);
  return file;
}

function makePrivate(directory: string, file: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
    const { uid, mode } = lstatSync(directory);
    const isMine = process.getuid === undefined || (uid === process.getuid() && (mode & 0o777) === 0o700);
    if (isMine && lstatSync(directory).isDirectory()) return;
    throw new LibraryLoadError(`Cannot extract ${file}: somebody else has made ${directory}`, {
      searched: [{ place: file, reason: "its directory is not private" }],
    });
  }
  if (onMainThread()) atExit(() => rmSync(directory, { recursive: true, force: true }));
}

function byteLengthOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
