import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Has promtool look at metrics in Prometheus' text form: throws what it finds wrong. */
export function checkMetrics(text: string): void {
  const { status, stdout, stderr, error } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  assert.deepEqual({ error, status, said: `${stdout}${stderr}` }, { error: undefined, status: 0, said: "" });
}

/** A figure of metrics in Prometheus' text form, by its name and labels as they are written. */
export function figureIn(text: string, series: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  assert.ok(line !== undefined, `there is no ${series} in\n${text}`);
  return Number(line.slice(series.length + 1));
}
