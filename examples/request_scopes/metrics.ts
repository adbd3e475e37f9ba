import { gauge, renderProcessMetrics, renderScopeMetrics } from "../core/process_metrics.ts";
import type { Arm } from "./arm.ts";

/** The figures of the process and of the arm, as Prometheus reads them. */
export function renderMetrics(arm: Arm): string {
  const figures = arm.figures();
  if (figures === undefined) return renderProcessMetrics();
  return renderProcessMetrics() + gauge("arena_bytes", figures.arenaBytes) + renderScopeMetrics(figures);
}
