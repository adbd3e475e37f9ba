// A service that Prometheus watches: it keeps sessions in a heap with a limit, and forgets to free those that expire when
// it is told to leak. examples/monitoring/ has a configuration of Prometheus for it, with rules that raise alerts, and
// docs/observability.md finds the leak step by step.
//
//   deno run -A examples/monitoring.ts
//   bun examples/monitoring.ts
//
// `--help` shows the options and requests to try.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { parseArgs } from "node:util";
import { AllocationError } from "../mod.ts";
import { type Answer, text } from "./monitoring/answer.ts";
import { Crowd } from "./monitoring/crowd.ts";
import { Sessions } from "./monitoring/sessions.ts";
import { Watched } from "./monitoring/watched.ts";

const HELP = `Keeps sessions: POST /sessions?bytes=<n> begins one and answers with its number, DELETE
/sessions/<number> ends it. With ?guest it begins one of a guest, with ?expired it ends one that
nobody uses any more.

  deno run -A examples/monitoring.ts [options]
  bun examples/monitoring.ts [options]

  --port=8002             port on 127.0.0.1; 0 is any free one
  --max-bytes=67108864    the limit of the heap that sessions lie in
  --leak                  forget to free sessions that expire
  --help                  this text

  curl -X POST 'http://127.0.0.1:8002/sessions?bytes=10000'
  curl -X POST 'http://127.0.0.1:8002/load?sessions=300000'
  curl http://127.0.0.1:8002/metrics
  prometheus --config.file=examples/monitoring/prometheus.yml --storage.tsdb.path=/tmp/monitoring

GET /metrics is for Prometheus, GET /metrics.json the same figures as one object. POST /load begins
so many sessions and ends all but the last 10,000. GET /leaks tells who does not give back, GET
/profile.svg who holds how much, GET /growth.svg what has grown since that was asked for, GET
/map.svg how full the pages are.
`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function answerToBegin(sessions: Sessions, parameters: URLSearchParams): Answer {
  const bytes = Number(parameters.get("bytes") ?? 1000);
  if (!Number.isSafeInteger(bytes) || bytes < 1) return text(400, "bytes is no number");
  return text(201, String(parameters.has("guest") ? sessions.beginGuest(bytes) : sessions.begin(bytes)));
}

async function answerToLoad(crowd: Crowd, parameters: URLSearchParams): Promise<Answer> {
  const count = Number(parameters.get("sessions"));
  if (!Number.isSafeInteger(count) || count < 1) return text(400, "sessions is no number");
  return text(200, `${count} sessions have begun, ${await crowd.begin(count)} are open`);
}

interface Service {
  readonly sessions: Sessions;
  readonly crowd: Crowd;
  readonly watched: Watched;
}

async function answer({ sessions, crowd, watched }: Service, method: string, url: URL): Promise<Answer> {
  const { pathname, searchParams } = url;
  const number = Number(/^\/sessions\/(\d+)$/.exec(pathname)?.[1]);
  if (method === "DELETE" && !Number.isNaN(number)) {
    const found = searchParams.has("expired") ? sessions.expire(number) : sessions.end(number);
    return found ? text(200, "ended") : text(404, "none");
  }
  if (method === "POST" && pathname === "/sessions") return answerToBegin(sessions, searchParams);
  if (method === "POST" && pathname === "/load") return await answerToLoad(crowd, searchParams);
  return (method === "GET" ? watched.answer(pathname) : undefined) ?? text(404, "Try /metrics");
}

function refuse(error: unknown): Answer {
  if (!(error instanceof AllocationError)) throw error;
  return text(503, "There is no room for a session");
}

function serve(service: Service): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    answer(service, request.method ?? "GET", url).catch(refuse).then(([status, type, body]) => {
      response.writeHead(status, { "content-type": type });
      response.end(body);
    });
  });
}

function main(): void {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      port: { type: "string", default: "8002" },
      "max-bytes": { type: "string", default: String(64 * 2 ** 20) },
      leak: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const sessions = new Sessions(Number(values["max-bytes"]), values.leak);
  const watched = new Watched(sessions);
  const server = serve({ sessions, crowd: new Crowd(sessions), watched });
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
    watched[Symbol.dispose]();
    sessions.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  server.listen(Number(values.port), "127.0.0.1", () => {
    print(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port} for Prometheus too`);
  });
}

main();
