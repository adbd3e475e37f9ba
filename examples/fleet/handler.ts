import { answer } from "../core/answer.ts";
import { BodyLostError, BodyTooLargeError } from "../core/body_errors.ts";
import type { Handler } from "../core/serve.ts";
import { urlOf } from "../core/url_of.ts";
import { MOST_NAME_BYTES } from "./device.ts";
import type { Exports } from "./exports.ts";
import { IdReader } from "./ids.ts";
import { Ingest } from "./ingest.ts";
import { renderMetrics } from "./metrics.ts";
import { isName } from "./names.ts";
import { BinaryOutput, JsonOutput } from "./output.ts";
import { integerOf, numberOf, QueryError } from "../core/query.ts";
import { readChunks } from "../core/read_chunks.ts";
import { RecordError } from "./record_error.ts";
import type { Store } from "./store.ts";
import { renderSummary } from "./summarise.ts";

const BINARY = "application/octet-stream";
const LINES = "application/x-ndjson";
/** The most devices of one answer to a question by time or place. */
const MOST_ANSWERED = 1000;
const MOST_METRES = 50_000;
/** The first guess at the bytes of an answer to a look-up. */
const LOOKUP_BYTES = 49_152;
/** Seconds that the clock of a device may be ahead. */
const MOST_AHEAD = 3600;
const encoder = new TextEncoder();

/** What the handler works on. */
export interface Service {
  readonly store: Store;
  readonly exports: Exports;
  readonly keepSeconds: number;
  readonly maximumBodyBytes: number;
  /** Seconds since 1970. */
  readonly now: () => number;
}

type Answer = (service: Service, request: Request, url: URL) => Promise<Response>;

const ROUTES: Record<string, [methods: readonly string[], answer: Answer]> = {
  "/reports": [["POST"], answerReports],
  "/lookup": [["POST"], answerLookup],
  "/stale": [["GET", "HEAD"], answerStale],
  "/nearby": [["GET", "HEAD"], answerNearby],
  "/summary": [["GET", "HEAD"], answerSummary],
  "/export": [["GET", "HEAD"], answerExport],
  "/health": [["GET", "HEAD"], ({ store }) => answer(200, { status: "ok", store: store.name, devices: store.size })],
  "/metrics": [["GET", "HEAD"], answerMetrics],
};
const DEVICE: [methods: readonly string[], answer: Answer] = [["GET", "HEAD", "DELETE"], answerDevice];

/** Makes the handler of a service. */
export function createHandler(service: Service): Handler {
  return async (request) => {
    const url = urlOf(request);
    if (url === undefined) return answer(400, { error: "Cannot read the URL or the host of the request" });
    const { pathname } = url;
    const route = pathname.startsWith("/devices/")
      ? DEVICE
      : Object.hasOwn(ROUTES, pathname)
      ? ROUTES[pathname]
      : undefined;
    if (route === undefined) return answer(404, { error: `Cannot find ${pathname}` });
    const [methods, respond] = route;
    if (!methods.includes(request.method)) {
      return answer(405, { error: `Cannot ${request.method} ${pathname}` }, { allow: methods.join(", ") });
    }
    try {
      return await respond(service, request, url);
    } catch (error) {
      return answerError(error, service.store);
    }
  };
}

function typeOf(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

/** The answer to a body in a coding or of a type that cannot be read; `undefined` for any other. */
function refuseType(request: Request, types: readonly string[]): Promise<Response> | undefined {
  const coding = request.headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    return answer(415, { error: `Cannot read a body in ${coding}` }, { "accept-encoding": "identity" });
  }
  const type = typeOf(request);
  if (types.includes(type)) return undefined;
  return answer(415, { error: `Cannot read a body of type ${type || "unknown"}` }, { accept: types.join(", ") });
}

function answerReports({ store, keepSeconds, maximumBodyBytes, now }: Service, request: Request): Promise<Response> {
  const refused = refuseType(request, [BINARY, LINES]);
  if (refused !== undefined) return refused;
  const kind = typeOf(request) === BINARY ? "binary" : "json";
  const ingest = new Ingest(store, keepSeconds, kind, now() + MOST_AHEAD);
  return store.run(async () => {
    try {
      await readChunks(request, maximumBodyBytes, (chunk) => ingest.push(chunk));
      ingest.end();
    } catch (error) {
      // What came before stays, and counts.
      ingest.settle();
      throw error;
    }
    return answer(200, ingest.settle());
  });
}

function answerLookup({ store, maximumBodyBytes }: Service, request: Request): Promise<Response> {
  const refused = refuseType(request, ["text/plain"]);
  if (refused !== undefined) return refused;
  return store.run(async (memory) => {
    const binary = acceptsBinary(request);
    const output = binary ? new BinaryOutput(memory, LOOKUP_BYTES) : new JsonOutput("lines");
    const reader = new IdReader(store, output);
    await readChunks(request, maximumBodyBytes, (chunk) => reader.push(chunk));
    reader.end();
    // A Response copies the bytes that it is given.
    return new Response(output.end(), { headers: { "content-type": binary ? BINARY : LINES } });
  });
}

function acceptsBinary(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes(BINARY);
}

/** The id behind `/devices/`; `undefined` when no device can have it. */
function idOf({ pathname }: URL): Uint8Array | undefined {
  let id: string;
  try {
    id = decodeURIComponent(pathname.slice("/devices/".length));
  } catch {
    throw new QueryError("Cannot read the id: it is not in URL encoding");
  }
  const bytes = encoder.encode(id);
  return bytes.length > 0 && bytes.length <= MOST_NAME_BYTES && isName(bytes, 0, bytes.length) ? bytes : undefined;
}

function answerDevice({ store }: Service, request: Request, url: URL): Promise<Response> {
  const id = idOf(url);
  if (request.method === "DELETE") {
    if (id !== undefined && store.delete(id, 0, id.length)) return Promise.resolve(new Response(null, { status: 204 }));
  } else if (id !== undefined) {
    const output = new JsonOutput("lines");
    if (store.find(id, 0, id.length, output)) return Promise.resolve(json(output.end().trimEnd()));
  }
  return answer(404, { error: "Cannot find the device" });
}

function answerStale({ store }: Service, _request: Request, { searchParams }: URL): Promise<Response> {
  const since = integerOf(searchParams, "since", [0, 2 ** 32 - 1]);
  const limit = integerOf(searchParams, "limit", [1, MOST_ANSWERED], 100);
  const output = new JsonOutput("array");
  store.stale(since, limit, output);
  return Promise.resolve(json(output.end()));
}

function answerNearby({ store }: Service, _request: Request, { searchParams }: URL): Promise<Response> {
  const latitude = numberOf(searchParams, "latitude", [-90, 90]);
  const longitude = numberOf(searchParams, "longitude", [-180, 180]);
  const radius = numberOf(searchParams, "radius", [0, MOST_METRES]);
  const limit = integerOf(searchParams, "limit", [1, MOST_ANSWERED], 20);
  const output = new JsonOutput("array");
  store.nearby(latitude, longitude, radius, limit, output);
  return Promise.resolve(json(output.end()));
}

function answerSummary({ store }: Service): Promise<Response> {
  return store.run((memory) => Promise.resolve(json(renderSummary(store.regions(memory)))));
}

async function answerExport({ exports }: Service, request: Request): Promise<Response> {
  const kind = acceptsBinary(request) ? "binary" : "json";
  const headers = { "content-type": kind === "binary" ? BINARY : LINES };
  if (request.method === "HEAD") return new Response(null, { headers });
  if (exports.full) {
    return answer(503, { error: "Cannot begin an export: too many go on" }, { "retry-after": "1" });
  }
  return new Response(await exports.begin(kind), { headers });
}

function answerMetrics({ store, exports }: Service): Promise<Response> {
  return Promise.resolve(
    new Response(renderMetrics(store, exports.live), { headers: { "content-type": "text/plain; version=0.0.4" } }),
  );
}

function answerError(error: unknown, store: Store): Promise<Response> {
  if (error instanceof RecordError) {
    return answer(400, { error: error.message, index: error.index, ...error.place });
  }
  if (error instanceof QueryError || error instanceof BodyLostError) return answer(400, { error: error.message });
  if (error instanceof BodyTooLargeError) return answer(413, { error: error.message });
  const status = store.refusal(error);
  if (status === undefined) throw error;
  return answer(status, { error: (error as Error).message }, { "retry-after": "1" });
}

function json(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json" } });
}
