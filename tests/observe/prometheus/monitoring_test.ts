import assert from "node:assert/strict";
import { test } from "node:test";
import { needsTool } from "../_system_tool.ts";
import { checkMetrics } from "./_promtool.ts";
import { EXAMPLE, Prometheus, startExample } from "./_server.ts";

async function post(host: string, bytes: number): Promise<number> {
  const answer = await fetch(`http://${host}/sessions?bytes=${bytes}`, { method: "POST" });
  await answer.text();
  return answer.status;
}

test(
  "Prometheus scrapes the example, answers queries about it, and its rules alert",
  { ...needsTool("prometheus", "prometheus"), timeout: 300_000 },
  async () => {
    const { child, host } = await startExample("--max-bytes=100000");
    await using _ = child;
    await using prometheus = await Prometheus.start(EXAMPLE, host);
    assert.equal(await post(host, 40_000), 201);
    const [up] = await prometheus.query("up == 1", 1);
    assert.equal(up!.metric["instance"], host);
    const [live] = await prometheus.query('memory_allocator_heap_live_bytes{heap="sessions"} == 40000', 1);
    assert.deepEqual(
      [live!.metric["allocator"], live!.metric["process"], live!.value],
      ["mimalloc", "sessions", 40_000],
    );
    const figures = await prometheus.query(
      '{__name__=~"memory_allocator_(rss_bytes|commit_bytes|page_faults_total)",allocator="mimalloc",process="sessions"}',
      3,
    );
    for (const { metric, value } of figures) assert.ok(value > 0, `${metric["__name__"]} is ${value}`);
    assert.deepEqual(await prometheus.alerts(), []);
    for (let attempt = 0; attempt < 5; attempt++) assert.equal(await post(host, 70_000), 503);
    const { process: name, heap, severity } = await prometheus.alert("AllocationsFail");
    assert.deepEqual([name, heap, severity], ["sessions", "sessions", "critical"]);
  },
);

test(
  "the example tells what it keeps, and that sessions which it lets expire stay",
  { ...needsTool("promtool", "prometheus"), timeout: 300_000 },
  async () => {
    const { child, host } = await startExample("--leak");
    await using _ = child;
    const url = `http://${host}`;
    const begun = await fetch(`${url}/sessions?bytes=5000`, { method: "POST" });
    const session = `${url}/sessions/${(await begun.text()).trim()}`;
    const ended = await fetch(`${session}?expired`, { method: "DELETE" });
    assert.deepEqual([begun.status, ended.status, await ended.text()], [201, 200, "ended\n"]);
    const answer = await fetch(`${url}/metrics`);
    assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    checkMetrics(await answer.text());
    const { heaps } = await (await fetch(`${url}/metrics.json`)).json();
    assert.deepEqual([heaps[0].name, heaps[0].live_bytes, heaps[0].allocations, heaps[0].frees], [
      "sessions",
      5000,
      1,
      0,
    ]);
  },
);
