import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A pipe of the system holds less. */
const MOST = 200_000;

/** Calls `use` with a pipe that has a name; both ends are the same handle, so that nothing waits to be opened. */
export async function withPipe(use: (pipe: FileHandle) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "mimalloc-pipe-"));
  try {
    const file = path.join(directory, "pipe");
    execFileSync("mkfifo", [file]);
    const pipe = await open(file, constants.O_RDWR);
    try {
      await use(pipe);
    } catch (error) {
      endPending(file);
      throw error;
    } finally {
      await pipe.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Lets a read or write that a failed test left behind come to its end, which closing waits for. */
function endPending(file: string): void {
  const pipe = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  const bytes = new Uint8Array(MOST);
  try {
    writeSync(pipe, bytes, 0, 1000);
    while (readSync(pipe, bytes) > 0);
  } catch {
    // The pipe is full or empty: nothing is pending any more.
  } finally {
    closeSync(pipe);
  }
}
