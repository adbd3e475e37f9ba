import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { type Duration, millisecondsOf, repeat } from "../core/every.ts";
import { Gate, SAFE_HEADERS } from "./_gate.ts";
import { History } from "./_history.ts";
import { HttpError } from "./_http_error.ts";
import { Messages } from "./_messages.ts";
import { answer, type Contents } from "./_routes.ts";
import type { DashboardSources } from "./dashboard_sources.ts";

/** Options of {@linkcode serveDashboard}. */
export interface DashboardOptions extends DashboardSources {
  /**
   * The port; 0 for any that is free.
   *
   * @default {0}
   */
  readonly port?: number;
  /**
   * The address to listen on. Any other than those of the own machine lets the network in, with the token and without
   * encryption.
   *
   * @default {"127.0.0.1"}
   */
  readonly hostname?: string;
  /**
   * What whoever asks has to know: 16 to 256 letters, digits, `-` and `_`.
   *
   * @default {256 random bits}
   */
  readonly token?: string;
  /**
   * How often the figures are read.
   *
   * @default {"1s"}
   */
  readonly every?: Duration;
}

const LEAST_TOKEN = 16;
const MOST_TOKEN = 256;

let begin: (server: Server, token: string, hostname: string, ends: readonly Disposable[]) => Dashboard;

/** A dashboard that is being served; {@linkcode serveDashboard} makes it. */
export class Dashboard implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends: readonly Disposable[];
  #closing: Promise<void> | undefined;
  /** The port that it listens on. */
  readonly port: number;
  /** The address that it listens on. */
  readonly hostname: string;
  /** What whoever asks has to know. */
  readonly token: string;

  static {
    begin = (server, token, hostname, ends) => new Dashboard(PRIVATE, server, token, hostname, ends);
  }

  private constructor(
    key: typeof PRIVATE,
    server: Server,
    token: string,
    hostname: string,
    ends: readonly Disposable[],
  ) {
    requirePrivate(key, "Dashboard", "serveDashboard() makes dashboards");
    this.#server = server;
    this.#ends = ends;
    this.port = (server.address() as AddressInfo).port;
    this.hostname = hostname;
    this.token = token;
  }

  /** Where to open it, with the token: for a browser, and for `mimalloc top`. */
  get url(): string {
    const host = this.hostname.includes(":") ? `[${this.hostname}]` : this.hostname;
    return `http://${host}:${this.port}/?token=${this.token}`;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Ends it: the port is free and nothing is read any more once the promise is fulfilled. The second call does nothing. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    for (const end of this.#ends) end[Symbol.dispose]();
    const closed = once(this.#server, "close");
    this.#server.close();
    // Browsers keep connections open for the next question.
    this.#server.closeAllConnections();
    await closed;
  }

  /** The same as {@linkcode Dashboard.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Serves a page that shows the memory of this process while it runs: what is live, committed and resident over time, how
 * fast it is allocated, heaps, scope pools, threads, sizes of blocks, a map of each heap, what mimalloc has to say, and
 * where the memory was allocated and what leaks when a profiler and a leak detector are given. Everything comes from
 * this process, nothing from the network.
 *
 * It listens to the own machine alone unless told otherwise, answers nobody without the token, lets no other page read
 * its answers, and changes nothing: it is only read. The process runs until it is closed. While it is open the figures
 * are read once every second, allocations are counted, which costs a few nanoseconds each, and mimalloc's messages are heard; they
 * still reach the standard error stream.
 *
 * The charts are drawn by the package `uplot`, which comes with this one.
 *
 * Throws `RangeError` for a port, a token or a duration that is none, `TypeError` for options that are no object, for a
 * host name that is none and for `leaks` and `profiler` that are none, and `Error` with the system's as its `cause` when
 * it cannot listen there, as on a port that is taken.
 *
 * @example
 * ```ts
 * import { serveDashboard } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * await using dashboard = await serveDashboard({ port: 0 });
 * console.log(`Open ${dashboard.url}`);
 * const answer = await fetch(new URL("api/metrics", dashboard.url), {
 *   headers: { authorization: `Bearer ${dashboard.token}` },
 * });
 * assert.equal((await answer.json()).allocator, "mimalloc");
 * ```
 */
export async function serveDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  const {
    port = 0,
    hostname = "127.0.0.1",
    token = randomBytes(32).toString("base64url"),
    every = "1s",
    leaks,
    profiler,
  } = requireObject(options, "serve a dashboard");
  checkPort(port);
  checkHostname(hostname);
  checkToken(token);
  checkSources(options);
  const milliseconds = millisecondsOf(every);
  const history = new History();
  const gate = new Gate(token, hostname);
  const messages = new Messages();
  const contents: Contents = {
    every: milliseconds,
    history,
    messages,
    ...(leaks !== undefined ? { leaks } : {}),
    ...(profiler !== undefined ? { profiler } : {}),
  };
  const server = createServer((request, response) => void respond(gate, contents, request, response));
  try {
    server.listen(port, hostname);
    await once(server, "listening");
  } catch (error) {
    messages[Symbol.dispose]();
    history[Symbol.dispose]();
    throw new Error(`Cannot serve a dashboard on ${hostname}, port ${port}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return begin(server, token, hostname, [messages, history, repeat(() => history.read(), milliseconds)]);
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new RangeError(`Cannot serve a dashboard on port ${shown(port)}: expected an integer from 0 to 65535`);
}

function checkHostname(hostname: string): void {
  if (typeof hostname === "string" && /^[\w.:%-]+$/.test(hostname)) return;
  refuseArgument(hostname, "serve a dashboard", "a host name or an address as `hostname`");
}

function checkToken(token: string): void {
  if (
    typeof token === "string" && token.length >= LEAST_TOKEN && token.length <= MOST_TOKEN && /^[\w-]+$/.test(token)
  ) return;
  // Without the value, which may be nearly right and end up in a log.
  throw new RangeError(
    `Cannot serve a dashboard with this token: expected ${LEAST_TOKEN} to ${MOST_TOKEN} letters, digits, - and _`,
  );
}

/** They are taken by structure. */
function checkSources({ leaks, profiler }: DashboardSources): void {
  if (leaks !== undefined && typeof leaks?.report !== "function") {
    refuseArgument(leaks, "serve a dashboard", "a LeakDetector as `leaks`");
  }
  if (profiler !== undefined && typeof profiler?.profile !== "function") {
    refuseArgument(profiler, "serve a dashboard", "a SiteProfiler as `profiler`");
  }
}

async function respond(
  gate: Gate,
  contents: Contents,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, type: string, body: string | Uint8Array, headers: object = {}): void => {
    response.writeHead(status, { ...SAFE_HEADERS, "Content-Type": type, ...headers });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  const sendText = (status: number, text: string, headers?: object): void =>
    send(status, "text/plain; charset=utf-8", `${text}\n`, headers);
  try {
    const url = urlOf(request);
    const refusal = gate.refusalOf(request, url);
    if (refusal !== undefined) return sendText(refusal.status, refusal.reason, refusal.headers);
    const { type, body } = await answer(contents, url);
    send(200, type, body, {
      ...(url.searchParams.has("token") ? { "Set-Cookie": gate.cookie() } : {}),
      // Pictures bring their own style, which no other answer may.
      ...(type.startsWith("image/svg") ? { "Content-Security-Policy": SVG_POLICY } : {}),
    });
  } catch (error) {
    sendText(error instanceof HttpError ? error.status : 500, error instanceof Error ? error.message : String(error));
  }
}

function urlOf({ url = "/" }: IncomingMessage): URL {
  const base = "http://localhost";
  if (URL.canParse(url, base)) return new URL(url, base);
  throw new HttpError(400, "Cannot read the address of this request");
}

const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
