import { closeSync, openSync, readSync, statSync } from "node:fs";

/** A file that is read in pieces; only its headers are. */
export interface FileReader {
  /** Size of the whole file in bytes. */
  readonly byteLength: number;
  /** Up to `byteLength` bytes from `offset` on. */
  read(offset: number, byteLength: number): DataView;
}

/**
 * Calls `task` with the file at `path`; `undefined` when it is not a regular file.
 *
 * Throws what the file system throws when the file cannot be read.
 */
export function readWith<R>(
  path: string,
  task: (file: FileReader) => R,
): R | undefined {
  // Asked before it is opened, because opening a named pipe waits for a writer.
  const status = statSync(path);
  if (!status.isFile()) return undefined;
  const descriptor = openSync(path, "r");
  try {
    return task({
      byteLength: status.size,
      read(offset: number, byteLength: number): DataView {
        const bytes = new Uint8Array(
          Math.max(0, Math.min(byteLength, status.size - offset)),
        );
        const count = bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, offset);
        return new DataView(bytes.buffer, 0, count);
      },
    });
  } finally {
    closeSync(descriptor);
  }
}

/** What is said of a file that ends before the tables in its headers do. */
export function truncated(needed: number, found: number): string {
  return `it is truncated: its headers speak of ${needed} bytes, the file has ${found}`;
}
