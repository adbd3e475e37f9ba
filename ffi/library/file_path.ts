import { fileURLToPath } from "node:url";
import { extracted } from "./embedded_file.ts";

/**
 * The path of a file that a program names: a path, a `file:` URL, also as text or of another realm, or a file that
 * `bun build --compile` has embedded. `action` says what is tried.
 *
 * Throws `TypeError` for anything else.
 */
export function filePathOf(path: string | URL, action: string): string {
  const text = typeof path === "object" && path !== null && "href" in path ? String(path.href) : path;
  if (typeof text !== "string" || text === "" || text.includes("\0")) {
    throw new TypeError(`Cannot ${action} ${String(path)}: it is no path and no file: URL`);
  }
  if (!/^[a-z][a-z\d+.-]+:/i.test(text)) return extracted(text);
  if (!text.startsWith("file:")) {
    throw new TypeError(`Cannot ${action} ${text}: the URL is none of a file`);
  }
  return fileURLToPath(text);
}
