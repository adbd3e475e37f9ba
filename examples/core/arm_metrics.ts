import { gauge, renderProcessMetrics, renderScopeMetrics } from "./process_metrics.ts";
import type { Arm } from "./arm.ts";

/** The figures of the process and of the arm, as Prometheus reads them. */
export function answerArmMetrics(arm: Arm): Promise<Response> {
  const figures = arm.figures();
  const text = figures === undefined
    ? renderProcessMetrics()
    : renderProcessMetrics() + gauge("arena_bytes", figures.arenaBytes) + renderScopeMetrics(figures);
  return Promise.resolve(new Response(text, { headers: { "content-type": "text/plain; version=0.0.4" } }));
}
