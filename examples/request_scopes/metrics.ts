import process from "node:process";
import type { Arm } from "./arm.ts";

/** The figures of the process and of the arm, as Prometheus reads them. */
export function renderMetrics(arm: Arm): string {
  const memory = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  const { user, system } = process.cpuUsage();
  let text = counter("process_cpu_seconds_total", (user + system) / 1e6) +
    gauge("process_resident_memory_bytes", memory.rss) +
    gauge("process_resident_memory_peak_bytes", peak) +
    gauge("process_heap_bytes", memory.heapTotal) +
    gauge("process_heap_used_bytes", memory.heapUsed) +
    gauge("process_external_memory_bytes", memory.external);
  const figures = arm.figures();
  if (figures !== undefined) {
    text += gauge("arena_bytes", figures.arenaBytes) +
      counter("scopes_opened_total", figures.opened) +
      counter("scopes_destroyed_total", figures.destroyed) +
      gauge("scopes_live", figures.live) +
      gauge("scopes_retained", figures.retained) +
      gauge("scopes_live_bytes", figures.liveBytes) +
      gauge("scopes_escaped_blocks", figures.escapedBlocks) +
      gauge("scopes_quarantined_blocks", figures.quarantinedBlocks);
  }
  return text;
}

function gauge(name: string, value: number): string {
  return `# TYPE ${name} gauge\n${name} ${value}\n`;
}

function counter(name: string, value: number): string {
  return `# TYPE ${name} counter\n${name} ${value}\n`;
}
