/** Characters that no host has. */
const NO_HOST = /[\s/?#@\\]/;

/**
 * The URL that is asked for; `undefined` when client or proxy sent an address that is none.
 *
 * Whatever a client sends in `Host` becomes the beginning of the URL, where the runtime does not refuse it: Bun 1.4
 * leaves a bad one out, and Deno 2.9 takes what is behind a slash in it for the path.
 */
export function urlOf({ url, headers }: Request): URL | undefined {
  const host = headers.get("host") ?? "";
  if (NO_HOST.test(host)) return undefined;
  // HTTP/1.0 needs no host, and it may be empty.
  return URL.parse(url, host === "" ? "http://localhost" : undefined) ?? undefined;
}
