import type { UsageMetrics } from "./metrics_types.ts";

/** The sum of a figure that each of them has. */
export function sumOf<N extends string>(parts: readonly Readonly<Record<N, number>>[], name: N): number {
  return parts.reduce((total, part) => total + part[name], 0);
}

/** The limit and what is left of it. */
export function roomOf(limit: number, liveBytes: number): Pick<UsageMetrics, "limit_bytes" | "headroom_bytes"> {
  if (limit === Infinity) return { limit_bytes: null, headroom_bytes: null };
  return { limit_bytes: limit, headroom_bytes: Math.max(0, limit - liveBytes) };
}
