import process from "node:process";

/** The figures of the process, as Prometheus reads them. */
export function renderProcessMetrics(): string {
  const memory = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  const { user, system } = process.cpuUsage();
  return counter("process_cpu_seconds_total", (user + system) / 1e6) +
    counter("process_cpu_system_seconds_total", system / 1e6) +
    gauge("process_resident_memory_bytes", memory.rss) +
    gauge("process_resident_memory_peak_bytes", peak) +
    gauge("process_heap_bytes", memory.heapTotal) +
    gauge("process_heap_used_bytes", memory.heapUsed) +
    gauge("process_external_memory_bytes", memory.external);
}

/** What a pool of scopes tells of itself. */
export interface ScopePoolFigures {
  readonly opened: number;
  readonly destroyed: number;
  readonly live: number;
  readonly retained: number;
  readonly liveBytes: number;
  readonly escapedBlocks: number;
  readonly quarantinedBlocks: number;
}

/** The figures of the scopes that requests work in. */
export function renderScopeMetrics(figures: ScopePoolFigures): string {
  return counter("scopes_opened_total", figures.opened) +
    counter("scopes_destroyed_total", figures.destroyed) +
    gauge("scopes_live", figures.live) +
    gauge("scopes_retained", figures.retained) +
    gauge("scopes_live_bytes", figures.liveBytes) +
    gauge("scopes_escaped_blocks", figures.escapedBlocks) +
    gauge("scopes_quarantined_blocks", figures.quarantinedBlocks);
}

/** A figure that goes up and down. */
export function gauge(name: string, value: number): string {
  return `# TYPE ${name} gauge\n${name} ${value}\n`;
}

/** A figure that only goes up. */
export function counter(name: string, value: number): string {
  return `# TYPE ${name} counter\n${name} ${value}\n`;
}
