import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import process from "node:process";

/** A snapshot that no store of this kind and version wrote whole. */
export class SnapshotError extends Error {
  override name = "SnapshotError";

  /** Says what is wrong with a file, which stays as it is. */
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot load ${path}: ${reason}; the file is left as it is`, options);
  }
}

/** Writes a file whole or not at all: `fill` writes beside it, and the end of that is a new name. */
export function writeWhole(path: string, fill: (part: string) => void): void {
  const part = `${path}.${process.pid}.part`;
  try {
    fill(part);
    const file = openSync(part, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Writes all of `bytes`, which a single call need not do. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 2 ** 26));
}
