import type { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What every answer says to the browser: no code, style or data but from here, no frame around it, nothing kept and
 * nothing told to other pages. There is no header that lets other origins read.
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-store",
};

/** Decides who gets an answer. */
export class Gate {
  readonly #token: string;
  readonly #hostname: string;
  readonly #digest: Uint8Array;
  // Cookies do not know ports: two dashboards on one machine must not share theirs.
  readonly #cookieName: string;

  /** For those who have `token` and call the server by an address, `localhost` or `hostname`. */
  constructor(token: string, hostname: string) {
    this.#token = token;
    this.#hostname = hostname.toLowerCase();
    this.#digest = digestOf(token);
    this.#cookieName = `mimalloc_dashboard_${digestOf(`name ${token}`).toString("hex").slice(0, 16)}`;
  }

  /** Why `request` is refused; `undefined` for one that gets its answer. */
  refusalOf(request: IncomingMessage, url: URL): Refusal | undefined {
    const { host } = request.headers;
    if (!this.#isOwnHost(host)) {
      // The name of another site that was made to lead here (DNS rebinding): its pages must not read the answer.
      return { status: 403, reason: `Cannot answer for the host ${JSON.stringify(host ?? "")}: use the address` };
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return { status: 405, reason: "Cannot do that: the dashboard is only read", headers: { Allow: "GET, HEAD" } };
    }
    if (this.#hasToken(request, url)) return undefined;
    const reason = "Cannot show the dashboard: open it with the address that serveDashboard() returned, token included";
    return { status: 401, reason, headers: { "WWW-Authenticate": 'Bearer realm="mimalloc dashboard"' } };
  }

  /** The header that lets the browser of a request with the token in its address ask on without it. */
  cookie(): string {
    return `${this.#cookieName}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #isOwnHost(host: string | undefined): boolean {
    const name = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::\d+)?$/i.exec(host ?? "")?.[1]?.toLowerCase();
    if (name === undefined) return false;
    // An address cannot be made to lead elsewhere, a name can.
    return name === "localhost" || name === this.#hostname || isIP(name.replace(/^\[(.*)\]$/, "$1")) > 0;
  }

  #hasToken(request: IncomingMessage, url: URL): boolean {
    const { authorization = "", cookie = "" } = request.headers;
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    const given = bearer ?? url.searchParams.get("token") ?? this.#cookieIn(cookie);
    return given !== undefined && timingSafeEqual(digestOf(given), this.#digest);
  }

  #cookieIn(header: string): string | undefined {
    const prefix = `${this.#cookieName}=`;
    return header.split(/; */).find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
  }
}

// Of the same length whatever was sent, so that the time of the comparison tells nothing.
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
