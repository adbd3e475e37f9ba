import { type HeapMap, heapMap } from "../map/heap_map.ts";
import type { DashboardLeak, DashboardState } from "./dashboard_state.ts";
import { chartScript, chartStyle } from "./_files.ts";
import type { History } from "./_history.ts";
import { HttpError } from "./_http_error.ts";
import type { Messages } from "./_messages.ts";
import { PAGE_ICON, pageHtml } from "./_page.ts";
import { pageScript } from "./_page_script.ts";
import { pageStyle } from "./_page_style.ts";
import { heapOfId, readSizes } from "./_sizes.ts";
import type { DashboardSources, LeakFigures, LeakSource, ProfileSource } from "./dashboard_sources.ts";

/** What a dashboard tells of. */
export interface Contents extends DashboardSources {
  readonly every: number;
  readonly history: History;
  readonly messages: Messages;
}

/** An answer. */
export interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
}

type Route = (contents: Contents, parameters: URLSearchParams) => Answer | Promise<Answer>;

const ROUTES: Readonly<Record<string, Route>> = {
  "/": () => ({ type: "text/html; charset=utf-8", body: pageHtml() }),
  "/icon.svg": () => svg(PAGE_ICON),
  "/page.css": () => ({ type: "text/css; charset=utf-8", body: pageStyle() }),
  "/page.js": () => ({ type: "text/javascript; charset=utf-8", body: pageScript() }),
  "/chart.css": async () => ({ type: "text/css; charset=utf-8", body: await chartStyle() }),
  "/chart.js": async () => ({ type: "text/javascript; charset=utf-8", body: await chartScript() }),
  "/api/metrics": ({ history }) => json(history.latest),
  "/api/state": (contents, parameters) => json(readState(contents, parameters)),
  "/api/sizes": () => json(readSizes()),
  "/api/messages": ({ messages }) => json(messages.list),
  "/api/heap-map": (_, parameters) => json(mapOf(parameters)),
  "/api/heap-map.svg": (_, parameters) => svg(mapOf(parameters).picture()),
  "/api/leaks": ({ leaks }) => json(readLeaks(present(leaks, "leak detector", "leaks"))),
  "/api/profile": (contents) => json(profileOf(contents)),
  "/api/profile.svg": (contents) => svg(profileOf(contents).toFlameGraph()),
  "/api/profile.pb.gz": (contents) => ({ type: "application/octet-stream", body: profileOf(contents).toPprof() }),
  "/api/profile.speedscope.json": (contents) => json(profileOf(contents).toSpeedscope()),
};

/** Answers a request that has been let in; throws {@linkcode HttpError} for what there is not. */
export async function answer(contents: Contents, url: URL): Promise<Answer> {
  const route = Object.hasOwn(ROUTES, url.pathname) ? ROUTES[url.pathname] : undefined;
  if (route === undefined) throw new HttpError(404, `Cannot show ${url.pathname}: there is no such page`);
  return await route(contents, url.searchParams);
}

function json(value: unknown): Answer {
  return { type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

function svg(body: string): Answer {
  return { type: "image/svg+xml; charset=utf-8", body };
}

function readState(contents: Contents, parameters: URLSearchParams): DashboardState {
  const { every, history, messages, leaks, profiler } = contents;
  return {
    every,
    samples: history.after(integerOf(parameters, "after", 0)),
    metrics: history.latest,
    messages: messages.list,
    hearsMessages: messages.heard,
    hasLeaks: leaks !== undefined,
    hasProfile: profiler !== undefined,
  };
}

function mapOf(parameters: URLSearchParams): HeapMap {
  const id = integerOf(parameters, "heap");
  const heap = heapOfId(id);
  if (heap === undefined) throw new HttpError(404, `Cannot map heap ${id}: it is closed, or no Heap of this thread`);
  return heapMap(heap);
}

/** Suspects that are told, those that leak most likely first. */
const MOST_SUSPECTS = 100;

function readLeaks(source: LeakSource): DashboardLeak[] {
  const { leaks, suspects } = source.report();
  const describe =
    (found: boolean) => ({ reason, kind, site, heap, count, bytes, age }: LeakFigures): DashboardLeak => ({
      found,
      reason,
      kind,
      site: site.name,
      stack: site.stack,
      heap,
      count,
      bytes,
      age,
    });
  return [...leaks.map(describe(true)), ...suspects.slice(0, MOST_SUSPECTS).map(describe(false))];
}

function profileOf({ profiler }: Contents): ReturnType<ProfileSource["profile"]> {
  return present(profiler, "profiler", "profiler").profile();
}

function present<T>(source: T | undefined, kind: string, option: string): T {
  if (source !== undefined) return source;
  throw new HttpError(404, `Cannot ask the ${kind}: serveDashboard() was given none, pass it as \`${option}\``);
}

function integerOf(parameters: URLSearchParams, name: string, absent?: number): number {
  const text = parameters.get(name);
  if (text === null && absent !== undefined) return absent;
  if (text !== null && /^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpError(400, `Cannot read ${name} ${JSON.stringify(text)}: expected a positive integer`);
}
