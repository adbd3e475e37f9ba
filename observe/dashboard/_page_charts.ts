import { formatBytes } from "../../realtime/core/format_bytes.ts";
import type {
  Chart,
  ChartConstructor,
  ChartData,
  PageDocument,
  PageElement,
  PageResizeObserver,
  PageWindow,
} from "./_dom.ts";
import { byId, formatCount } from "./_page_parts.ts";
import type { DashboardSample } from "./dashboard_state.ts";

// These functions run in the browser, as those of _page_parts.ts do.

declare const document: PageDocument;
declare const window: PageWindow;
declare const uPlot: ChartConstructor;
declare const ResizeObserver: new (listener: () => void) => PageResizeObserver;

/** The colour of that name, as it is on a light or a dark page now. */
export function colour(name: string): string {
  return window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A chart in `place` with lines of those names, which differ by their dashes too. */
export function createChart(place: PageElement, names: readonly string[], format: (value: number) => string): Chart {
  const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
  const size = (): { width: number; height: number } => ({ width: Math.max(280, place.clientWidth), height: 240 });
  const show = (_: unknown, value: number | null): string => value === null ? "–" : format(value);
  const axis = { stroke: (): string => colour("--note"), grid: { stroke: (): string => colour("--edge"), width: 1 } };
  const lines = names.map((label, index) => ({
    label,
    stroke: (): string => colour(`--line${index}`),
    width: 2,
    dash: dashes[index],
    value: show,
    points: { show: false },
  }));
  const chart = new uPlot(
    {
      ...size(),
      scales: { y: { range: (_: unknown, _least: number, most: number): number[] => [0, Math.max(1, most * 1.1)] } },
      series: [{ label: "Time" }, ...lines],
      axes: [axis, { ...axis, size: 80, values: (_: unknown, ticks: number[]): string[] => ticks.map(format) }],
    },
    [[], ...names.map(() => [])],
    place,
  );
  new ResizeObserver(() => chart.setSize(size())).observe(place);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw());
  return chart;
}

/** How many blocks were allocated in each second, between one reading and the next. */
export function ratesOf(samples: readonly DashboardSample[]): (number | null)[] {
  return samples.map(({ allocations, time }, index) => {
    const before = samples[index - 1];
    if (before === undefined || before.allocations === null || allocations === null || time === before.time) {
      return null;
    }
    return Math.max(0, (allocations - before.allocations) * 1000 / (time - before.time));
  });
}

/** What the chart of memory shows. */
export function memoryData(samples: readonly DashboardSample[]): ChartData {
  return [
    samples.map(({ time }) => time / 1000),
    samples.map(({ liveBytes }) => liveBytes),
    samples.map(({ commitBytes }) => commitBytes),
    samples.map(({ residentBytes }) => residentBytes),
    samples.map(({ limitBytes }) => limitBytes),
  ];
}

/** Draws both charts, and says in words what they show. */
export function drawCharts(memory: Chart, rate: Chart, samples: readonly DashboardSample[]): void {
  const last = samples[samples.length - 1]!;
  const rates = ratesOf(samples);
  memory.setData(memoryData(samples));
  rate.setData([samples.map(({ time }) => time / 1000), rates]);
  const limit = last.limitBytes === null ? "no limit" : `limit ${formatBytes(last.limitBytes)}`;
  const words = `live ${formatBytes(last.liveBytes)}, committed ${formatBytes(last.commitBytes)}, resident ${
    formatBytes(last.residentBytes)
  }, ${limit}`;
  byId("memory-chart").setAttribute("aria-label", `Chart of memory over ${samples.length} readings; now ${words}`);
  const now = rates[rates.length - 1] ?? null;
  const speed = now === null ? "not known yet" : `${formatCount(now)} per second`;
  byId("rate-chart").setAttribute("aria-label", `Chart of allocations per second; now ${speed}`);
}
