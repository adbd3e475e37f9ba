import type { Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Allocator, AnyView } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";
import { MAX_BLOCK_BYTES } from "../core/view.ts";
import { InputView } from "./_input_view.ts";

/** Keeps the memory of `view` until `promise` settles: the runtime writes to it until then. */
export type Keep = <T>(view: AnyView, promise: Promise<T>) => Promise<T>;

/** Bytes that are asked for at once: fewer than every system reads. */
const PIECE = 2 ** 26;

/** Bytes of the first block of a file that does not tell its length, as those of `/proc` do not. */
const UNTOLD = 2 ** 14;

/** What the methods `readFile` of heaps and scopes do. */
export async function readFile(allocator: Allocator, path: string | URL, keep: Keep): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof path !== "string" && typeof path?.href !== "string") {
    refuseArgument(path, "read a file", "a path or a file: URL");
  }
  const action = `read ${String(path)}`;
  // Opening a pipe would wait until somebody writes to it.
  requireFile(await stat(path), action);
  const file = await open(path);
  const input = new InputView(allocator, action);
  try {
    await fill(file, input, keep, action);
    return input.finish();
  } catch (error) {
    input.abandon();
    throw error;
  } finally {
    await file.close();
  }
}

function requireFile(stats: Stats, action: string): void {
  if (stats.isFile()) return;
  const found = stats.isDirectory() ? "a directory" : "a pipe, a socket or a device, whose stream read() takes";
  throw new TypeError(`Cannot ${action}: it is ${found}`);
}

async function fill(file: FileHandle, input: InputView, keep: Keep, action: string): Promise<void> {
  const stats = await file.stat();
  requireFile(stats, action);
  const told = Number(stats.size);
  if (told > MAX_BLOCK_BYTES) {
    throw new RangeError(`Cannot ${action}: it has ${told} bytes, and a block holds at most ${MAX_BLOCK_BYTES}`);
  }
  let view = input.resize(told || UNTOLD);
  while (input.length < view.length) {
    const wanted = Math.min(PIECE, view.length - input.length);
    const { bytesRead } = await keep(view, file.read(view, input.length, wanted, null));
    if (bytesRead === 0) return;
    input.length += bytesRead;
    if (told === 0 && input.length === view.length) view = input.resize(Math.min(2 * view.length, MAX_BLOCK_BYTES));
  }
}
