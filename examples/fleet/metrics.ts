import { gauge, renderProcessMetrics, renderScopeMetrics } from "../core/process_metrics.ts";
import type { Store } from "./store.ts";

/** The figures of the process and of the store, as Prometheus reads them. */
export function renderMetrics(store: Store, exports: number): string {
  const text = renderProcessMetrics() + gauge("fleet_devices", store.size) + gauge("fleet_exports", exports);
  const figures = store.figures();
  if (figures === undefined) return text;
  return text +
    gauge("fleet_live_bytes", figures.liveBytes) +
    gauge("fleet_container_bytes", figures.containerBytes) +
    gauge("fleet_limit_bytes", figures.limitBytes) +
    renderScopeMetrics(figures.scopes);
}
