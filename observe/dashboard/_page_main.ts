import { formatBytes } from "../../realtime/core/format_bytes.ts";
import type { HeapMetrics, ScopePoolMetrics, ThreadMetrics, UsageMetrics } from "../metrics/metrics_types.ts";
import type { Chart, PageDocument, PageElement, PageWindow } from "./_dom.ts";
import { createChart, drawCharts, ratesOf } from "./_page_charts.ts";
import { byId, element, formatCount, formatDuration, setText } from "./_page_parts.ts";
import { type Column, createTable, showRows, type Table } from "./_page_table.ts";
import type {
  DashboardLeak,
  DashboardMessage,
  DashboardSample,
  DashboardSize,
  DashboardSizes,
  DashboardState,
} from "./dashboard_state.ts";

// These functions run in the browser, as those of _page_parts.ts do.

declare const document: PageDocument;
declare const window: PageWindow;

/** A heap or a scope pool. */
type StoreRow = (HeapMetrics | ScopePoolMetrics) & { readonly kind: string };

/** What the page keeps. */
interface Page {
  samples: DashboardSample[];
  paused: boolean;
  /** Answers so far, for what is asked less often. */
  answers: number;
  lastMessage: number;
  readonly memory: Chart;
  readonly rate: Chart;
  readonly heaps: Table<StoreRow>;
  readonly threads: Table<ThreadMetrics>;
  readonly sizes: Table<DashboardSize>;
  readonly leaks: Table<DashboardLeak>;
}

/** Begins to show. */
export function startPage(): void {
  // The cookie does from here on, and the token is kept out of the history and of what is copied.
  window.history.replaceState(null, "", window.location.pathname);
  const page: Page = {
    samples: [],
    paused: false,
    answers: 0,
    lastMessage: 0,
    memory: createChart(byId("memory-chart"), ["Live", "Committed", "Resident", "Limits"], formatBytes),
    rate: createChart(byId("rate-chart"), ["Allocations"], formatCount),
    heaps: createTable(byId("heaps-table"), {
      caption: "Heaps and scope pools",
      columns: heapColumns(),
      idOf: ({ kind, id }) => `${kind} ${id}`,
      details: detailsOf,
      sorted: 2,
      descending: true,
    }),
    threads: createTable(byId("threads-table"), {
      caption: "Threads",
      columns: threadColumns(),
      idOf: ({ id }) => String(id),
      details: detailsOf,
      sorted: 1,
      descending: true,
    }),
    sizes: createTable(byId("sizes-table"), {
      caption: "Sizes of blocks",
      columns: sizeColumns(() => Math.max(1, ...page.sizes.rows.map(({ usedBytes }) => usedBytes))),
      idOf: ({ blockBytes }) => String(blockBytes),
      sorted: 0,
      descending: false,
    }),
    leaks: createTable(byId("leaks-table"), {
      caption: "Leak suspects",
      columns: leakColumns(),
      idOf: ({ found, reason, kind, heap, stack }) => [found, reason, kind, heap, stack].join("\n"),
      details: ({ stack, heap, reason }) => [["heap", heap], ["reason", reason], ["stack", stack]],
      sorted: 1,
      descending: true,
    }),
  };
  byId("pause").addEventListener("click", () => {
    page.paused = !page.paused;
    byId("pause").setAttribute("aria-pressed", String(page.paused));
  });
  byId("map-form").addEventListener("submit", (event) => {
    event.preventDefault();
    drawMap();
  });
  poll(page);
}

/** What is shown of figures that may be unknown. */
export function known(value: number | null, format: (value: number) => string): string {
  return value === null ? "–" : format(value);
}

/** Columns that heaps and threads have in common. */
export function usageColumns<Row extends UsageMetrics>(): Column<Row>[] {
  return [
    { title: "Live", value: (row) => row.live_bytes, text: (row) => formatBytes(row.live_bytes) },
    { title: "Blocks", value: (row) => row.live_blocks, text: (row) => formatCount(row.live_blocks) },
    { title: "Peak", value: (row) => row.peak_bytes, text: (row) => known(row.peak_bytes, formatBytes) },
    { title: "Cached", value: (row) => row.cached_bytes, text: (row) => formatBytes(row.cached_bytes) },
    { title: "Failures", value: (row) => row.failures, text: (row) => known(row.failures, formatCount) },
  ];
}

/** The columns of heaps and scope pools. */
export function heapColumns(): Column<StoreRow>[] {
  return [
    { title: "Name", value: (row) => row.name, text: (row) => row.name },
    { title: "Kind", value: (row) => row.kind, text: (row) => row.kind },
    ...usageColumns<StoreRow>(),
    { title: "Limit", value: (row) => row.limit_bytes, text: (row) => known(row.limit_bytes, formatBytes) },
    { title: "Headroom", value: (row) => row.headroom_bytes, text: (row) => known(row.headroom_bytes, formatBytes) },
  ];
}

/** The columns of threads. */
export function threadColumns(): Column<ThreadMetrics>[] {
  return [
    { title: "Name", value: (row) => row.name, text: (row) => row.name },
    ...usageColumns<ThreadMetrics>(),
    { title: "Heaps", value: (row) => row.heaps, text: (row) => formatCount(row.heaps) },
  ];
}

/** The columns of sizes; `most` is what the longest bar stands for. */
export function sizeColumns(most: () => number): Column<DashboardSize>[] {
  return [
    { title: "Size", value: (row) => row.blockBytes, text: (row) => formatBytes(row.blockBytes) },
    { title: "Blocks", value: (row) => row.blocks, text: (row) => formatCount(row.blocks) },
    { title: "Used", value: (row) => row.usedBytes, text: (row) => formatBytes(row.usedBytes) },
    { title: "Committed", value: (row) => row.committedBytes, text: (row) => formatBytes(row.committedBytes) },
    { title: "Share", value: (row) => row.usedBytes, text: () => "", bar: (row) => row.usedBytes / most() },
  ];
}

/** The columns of leaks. */
export function leakColumns(): Column<DashboardLeak>[] {
  return [
    { title: "Site", value: (row) => row.site, text: (row) => row.site },
    { title: "Found", value: (row) => Number(row.found), text: (row) => row.found ? `leak: ${row.reason}` : "suspect" },
    { title: "Kind", value: (row) => row.kind, text: (row) => row.kind },
    { title: "Bytes", value: (row) => row.bytes, text: (row) => formatBytes(row.bytes) },
    { title: "Count", value: (row) => row.count, text: (row) => formatCount(row.count) },
    { title: "Age", value: (row) => row.age, text: (row) => formatDuration(row.age) },
  ];
}

/** Every figure of a row, by its name in `metrics()`. */
export function detailsOf(row: object): (readonly [string, string])[] {
  return Object.entries(row).map(([name, value]) => [
    name.replaceAll("_", " "),
    value === null
      ? "–"
      : typeof value === "number"
      ? name.endsWith("bytes") ? `${formatBytes(value)} (${formatCount(value)})` : formatCount(value)
      : String(value),
  ]);
}

/** Asks for what is new, shows it, and so on. */
export async function poll(page: Page): Promise<void> {
  let every = 1000;
  try {
    if (!page.paused && !document.hidden) {
      const state = await ask<DashboardState>(`api/state?after=${page.samples[page.samples.length - 1]?.number ?? 0}`);
      every = state.every;
      showState(page, state);
      if (page.answers++ % 5 === 0) await showRest(page, state);
    }
    setText(byId("status"), page.paused ? "Paused" : "Live");
  } catch (error) {
    setText(byId("status"), `No answer (${(error as Error).message}); asking again`);
  }
  setTimeout(() => poll(page), Math.max(250, every));
}

/** The answer to a question. */
export async function ask<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error((await response.text()).trim());
  return await response.json() as T;
}

/** Shows a reading. */
export function showState(page: Page, state: DashboardState): void {
  const { samples, metrics } = state;
  const last = page.samples[page.samples.length - 1];
  // Of another run of the program.
  if (last !== undefined && samples.length > 0 && samples[0]!.number <= last.number) page.samples = [];
  page.samples = [...page.samples, ...samples].slice(-600);
  if (samples.length > 0) drawCharts(page.memory, page.rate, page.samples);
  setText(byId("process"), `mimalloc ${metrics.version}, running ${formatDuration(metrics.elapsed_ms)}`);
  showFigures(page.samples, state);
  const rows: StoreRow[] = [
    ...metrics.heaps.map((heap) => ({ kind: "heap", ...heap })),
    ...metrics.scope_pools.map((pool) => ({ kind: "scope pool", ...pool })),
  ];
  showRows(page.heaps, rows);
  showRows(page.threads, metrics.threads);
  showHeapChoice(metrics.heaps);
  showMessages(page, state);
  showDownloads(state);
}

/** Shows the figures of the process, each with its exact value for programs. */
export function showFigures(samples: readonly DashboardSample[], { metrics }: DashboardState): void {
  const last = samples[samples.length - 1]!;
  const rate = ratesOf(samples)[samples.length - 1] ?? null;
  const figures: readonly (readonly [id: string, name: string, value: number | null, text: string])[] = [
    ["live", "Live", last.liveBytes, formatBytes(last.liveBytes)],
    ["blocks", "Live blocks", last.liveBlocks, formatCount(last.liveBlocks)],
    ["committed", "Committed", last.commitBytes, formatBytes(last.commitBytes)],
    ["resident", "Resident", last.residentBytes, formatBytes(last.residentBytes)],
    ["peak", "Peak resident", metrics.peak_rss, formatBytes(metrics.peak_rss)],
    ["limit", "Limits", last.limitBytes, known(last.limitBytes, formatBytes)],
    ["rate", "Allocations/s", rate, known(rate, formatCount)],
    ["faults", "Page faults", metrics.page_faults, formatCount(metrics.page_faults)],
    ["heaps", "Heaps", metrics.heaps.length, formatCount(metrics.heaps.length)],
    ["reading", "Reading", last.number, formatCount(last.number)],
  ];
  const place = byId("figures");
  for (const [id, name, value, text] of figures) {
    const figure = document.getElementById(`figure-${id}`) ?? addFigure(place, id, name);
    setText(figure, text);
    figure.setAttribute("value", String(value));
  }
}

/** Makes the place of a figure. */
export function addFigure(place: PageElement, id: string, name: string): PageElement {
  const figure = element("data", { id: `figure-${id}` });
  place.append(element("div", {}, element("dt", {}, name), element("dd", {}, figure)));
  return figure;
}

/** Lets every heap be chosen for its map. */
export function showHeapChoice(heaps: readonly HeapMetrics[]): void {
  const choice = byId("map-heap");
  const wanted = heaps.map(({ id, name }) => `${id} ${name}`).join("\n");
  if (choice.hasAttribute("data-heaps") && wanted === choice.getAttribute("data-heaps")) return;
  const { value } = choice;
  choice.setAttribute("data-heaps", wanted);
  choice.replaceChildren(...heaps.map(({ id, name }) => element("option", { value: String(id) }, name)));
  if (heaps.some(({ id }) => String(id) === value)) choice.value = value;
  byId("map-draw").disabled = heaps.length === 0;
  const drawn = byId("map-picture");
  if (drawn.hidden && heaps.length > 0) drawMap();
}

/** Draws the map of the heap that is chosen. */
export async function drawMap(): Promise<void> {
  const id = byId("map-heap").value;
  const picture = byId("map-picture");
  try {
    const map = await ask<{ name: string; fragmentation: number; blocks: number; pages: number }>(
      `api/heap-map?heap=${id}`,
    );
    const words = `${formatCount(map.blocks)} blocks in ${formatCount(map.pages)} pages, ${
      (100 * map.fragmentation).toFixed(1)
    } % of committed memory unused`;
    picture.setAttribute("src", `api/heap-map.svg?heap=${id}&at=${Date.now()}`);
    picture.setAttribute("alt", `Map of the heap ${map.name}: ${words}`);
    picture.hidden = false;
    setText(byId("map-note"), `${map.name}: ${words}`);
  } catch (error) {
    setText(byId("map-note"), (error as Error).message);
  }
}

/** Shows what takes longer to find out, where it is to be seen. */
export async function showRest(page: Page, { hasProfile, hasLeaks }: DashboardState): Promise<void> {
  if (byId("sizes").hasAttribute("open")) {
    const { sizes, leftOut } = await ask<DashboardSizes>("api/sizes");
    showRows(page.sizes, sizes);
    const note = leftOut === 0 ? "" : `, without ${leftOut} that other threads use`;
    setText(byId("sizes-note"), `Of the heaps of this thread${note}.`);
  }
  setText(byId("leaks-note"), hasLeaks ? "" : "serveDashboard() was given no leak detector.");
  byId("leaks-table").hidden = !hasLeaks;
  if (hasLeaks && byId("leaks").hasAttribute("open")) showRows(page.leaks, await ask<DashboardLeak[]>("api/leaks"));
  const picture = byId("profile-picture");
  setText(byId("profile-note"), hasProfile ? "" : "serveDashboard() was given no profiler.");
  if (!hasProfile || !byId("profile").hasAttribute("open")) return;
  picture.setAttribute("src", `api/profile.svg?at=${Date.now()}`);
  picture.setAttribute("alt", "Flame graph of live bytes by call site");
  picture.hidden = false;
}

/** Adds the messages that are new. */
export function showMessages(page: Page, { messages, hearsMessages }: DashboardState): void {
  const note = hearsMessages ? messages.length === 0 ? "None so far." : "" : "In a Worker no messages are heard.";
  setText(byId("messages-note"), note);
  const list = byId("messages");
  const fresh = messages.filter(({ number }) => number > page.lastMessage);
  for (const message of fresh) list.append(messageItem(message));
  page.lastMessage = fresh[fresh.length - 1]?.number ?? page.lastMessage;
  while (list.children.length > 200) list.children[0]!.remove();
}

/** A message on the page. */
export function messageItem({ time, kind, text }: DashboardMessage): PageElement {
  const at = new Date(time);
  const when = element("time", { datetime: at.toISOString() }, at.toLocaleTimeString());
  return element("li", {}, when, kind === "error" ? `error ${text}` : text);
}

/** The files that can be had. */
export function showDownloads({ hasLeaks, hasProfile }: DashboardState): void {
  const place = byId("downloads");
  const files: readonly (readonly [path: string, name: string, text: string])[] = [
    ["api/metrics", "metrics.json", "Metrics (JSON)"],
    ["api/messages", "messages.json", "Messages (JSON)"],
    [`api/heap-map.svg?heap=${byId("map-heap").value}`, "heap-map.svg", "Map of the chosen heap (SVG)"],
    [`api/heap-map?heap=${byId("map-heap").value}`, "heap-map.json", "Map of the chosen heap (JSON)"],
    ...hasLeaks ? [["api/leaks", "leaks.json", "Leak suspects (JSON)"] as const] : [],
    ...hasProfile
      ? [
        ["api/profile.svg", "profile.svg", "Flame graph (SVG)"] as const,
        ["api/profile.pb.gz", "profile.pb.gz", "Profile for pprof"] as const,
        ["api/profile.speedscope.json", "profile.speedscope.json", "Profile for speedscope"] as const,
      ]
      : [],
  ];
  files.forEach(([path, name, text], index) => {
    const item = place.children[index] ?? element("li", {}, element("a", {}));
    const link = item.children[0]!;
    link.setAttribute("href", path);
    link.setAttribute("download", name);
    setText(link, text);
    if (item.parentNode === null) place.append(item);
  });
}
