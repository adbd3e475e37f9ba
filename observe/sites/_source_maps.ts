import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { queryPermissions } from "../../ffi/runtime/permissions.ts";
import { SourceMap, type SourceMapFile } from "./_source_map.ts";
import type { StackFrame } from "../../heaps/core/call_stack.ts";

/** Larger maps are left alone, because reading one holds the program up. */
const MOST_BYTES = 32 * 2 ** 20;
/** So many files are looked at; those beyond show what the engine says. */
const MOST_FILES = 256;
/** The comment that names the map stands in the last bytes of the file, or with the map in it. */
const COMMENT = /\/\/[#@] sourceMappingURL=(\S+)\s*$/;

const maps = new Map<string, SourceMap | undefined>();

/**
 * `frame` as its source has it. Engines map what they have translated themselves; what a bundler or compiler wrote to
 * a file says in its last line where its map is.
 */
export function toSource(frame: StackFrame): StackFrame {
  if (frame.line === 0 || !/\.[cm]?jsx?$/.test(frame.file)) return frame;
  const place = mapOf(frame.file)?.find(frame.line, Math.max(1, frame.column));
  if (place === undefined) return frame;
  const file = place.source.startsWith("file:") ? fileURLToPath(place.source) : place.source;
  return { functionName: frame.functionName, file, line: place.line, column: place.column };
}

function mapOf(file: string): SourceMap | undefined {
  if (maps.has(file)) return maps.get(file);
  if (maps.size >= MOST_FILES) return undefined;
  const map = mayRead() ? readMap(file) : undefined;
  maps.set(file, map);
  return map;
}

// Asking without permission would prompt, in the middle of the program.
function mayRead(): boolean {
  const permissions = queryPermissions();
  return permissions === undefined || permissions.read === "granted";
}

function readMap(file: string): SourceMap | undefined {
  try {
    const address = COMMENT.exec(readEnd(file))?.[1];
    if (address === undefined) return undefined;
    const base = pathToFileURL(file).href;
    const url = new URL(address, base);
    if (url.protocol !== "file:" && url.protocol !== "data:") return undefined;
    const text = url.protocol === "data:" ? textOf(url.href) : readFileSync(url, "utf8");
    return new SourceMap(JSON.parse(text) as SourceMapFile, url.protocol === "data:" ? base : url.href);
  } catch {
    // A map that is missing or damaged is as good as none: the frame stays what the engine says.
    return undefined;
  }
}

function textOf(url: string): string {
  const comma = url.indexOf(",");
  const data = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(";base64") ? Buffer.from(data, "base64").toString() : decodeURIComponent(data);
}

function readEnd(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    // A map inside of the file may be all of its end.
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8").trimEnd().split("\n").at(-1)!;
  } finally {
    closeSync(descriptor);
  }
}
