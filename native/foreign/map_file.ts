import { accessSync, constants, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mapWholeFile } from "../../ffi/libc/map_file.ts";
import { unmapPages } from "../../ffi/libc/pages.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import { MAX_BLOCK_BYTES } from "../../heaps/core/view.ts";
import { type OwnedView, ownMemory } from "./owned_memory.ts";

/**
 * A view of a file where the system keeps it (`mmap`): nothing is read before it is used, and what is read is shared with
 * every other process that has the file. The file is never changed: a page that is written to becomes a copy for this view.
 * `giveBack(view)`, or `using`, empties every view of it and unmaps it. An empty file is a view of length 0.
 *
 * **A file must not become shorter while it is mapped**: the process ends with SIGBUS when it reads what is gone, and nothing
 * can stop that. Replace such files by another one of the same name (write it beside, then `rename`), which leaves what is
 * mapped as it was; read what others may shorten by `heap.readFile()`.
 *
 * Throws the error of the system, which names the path, when there is no such file or it may not be read; `TypeError` for a
 * directory, a pipe or a device, `RangeError` for more than 4,294,967,295 bytes, `UnsupportedError` on Windows.
 *
 * @example
 * ```ts
 * import { giveBack, mapFile } from "@mimalloc/ffi/native";
 * import assert from "node:assert/strict";
 * import { readFileSync } from "node:fs";
 * import { fileURLToPath } from "node:url";
 *
 * const path = fileURLToPath(import.meta.resolve("@mimalloc/ffi"));
 * const file = mapFile(path);
 * assert.deepEqual(file, Uint8Array.from(readFileSync(path)));
 * giveBack(file);
 * assert.equal(file.length, 0);
 * ```
 */
export function mapFile(path: string | URL): OwnedView<Uint8Array<ArrayBuffer>> {
  if (typeof path !== "string" && !(path instanceof URL)) {
    refuseArgument(path, "map a file", "a path or the URL of a file");
  }
  const name = typeof path === "string" ? path : fileURLToPath(path);
  const action = `map ${name}`;
  // What the C library opens asks for no permission of Deno.
  const stats = statSync(name);
  accessSync(name, constants.R_OK);
  if (!stats.isFile()) {
    throw new TypeError(
      `Cannot ${action}: it is ${stats.isDirectory() ? "a directory" : "a pipe, a socket or a device"}`,
    );
  }
  const mapping = mapWholeFile(name, (byteLength) => requireLength(byteLength, action));
  if (mapping === undefined) throw new Error(`Cannot ${action}: the system has refused it`);
  const { address, byteLength } = mapping;
  const handle = backend().toHandle(address);
  const buffer = handle === null ? new ArrayBuffer(0) : backend().wrap(handle, 0, byteLength);
  return ownMemory(new Uint8Array(buffer), address, `the file ${name}`, () => unmapPages(address, byteLength));
}

function requireLength(byteLength: number, action: string): void {
  if (byteLength <= MAX_BLOCK_BYTES) return;
  throw new RangeError(`Cannot ${action}: it has ${byteLength} bytes, and a view at most ${MAX_BLOCK_BYTES}`);
}
