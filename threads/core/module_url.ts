import { refuseArgument } from "../../heaps/argument.ts";

/**
 * The URL of a module that a Worker is to import.
 *
 * Throws `TypeError` for what is no URL, and for one that has its code inside.
 */
export function moduleUrl(module: unknown, action: string): string {
  const isUrl = typeof module === "string" || module instanceof URL;
  const url = isUrl && URL.canParse(module) ? new URL(module) : undefined;
  if (url === undefined) refuseArgument(module, action, 'a URL, as new URL("./module.ts", import.meta.url)');
  if (url.protocol === "data:" || url.protocol === "blob:") {
    throw new TypeError(`Cannot ${action}: a ${url.protocol} URL has its code inside, name a module`);
  }
  return url.href;
}
