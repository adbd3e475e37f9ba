import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { lineChart } from "../../scripts/start/chart/line_chart.mjs";
import { logarithmic } from "../../scripts/start/chart/scales.mjs";
import { ticksUpTo } from "../../scripts/start/chart/ticks.mjs";
import { closedLoop } from "../../scripts/start/closed_loop.mjs";
import { Answers } from "../../scripts/start/fleet/answers.mjs";
import { choosePeriod } from "../../scripts/start/fleet/compare.mjs";
import { judgeTargets } from "../../scripts/start/fleet/targets.mjs";
import { FleetRequests } from "../../scripts/start/fleet/requests.mjs";
import { readPauses, withoutGcLog } from "../../scripts/start/gc_log.mjs";
import { faults } from "../../scripts/start/jobs/figures.mjs";
import { openLoop } from "../../scripts/start/open_loop.mjs";
import { replaceParts } from "../../scripts/start/readme.mjs";
import { median, quantile } from "../../scripts/start/statistics.mjs";
import { formatTable } from "../../scripts/start/table.mjs";

const V8_LOG = `\
[5847:0x560af553e000]       18 ms: Scavenge 4.4 (5.2) -> 4.0 (6.0) MB, pooled: 0.0 MB, 3.61 / 0.00 ms (average mu = 1.000, current mu = 1.000) allocation failure; 
[5847:0x560af553e000]     5884 ms: Incremental Mark-Compact 31.5 (47.9) -> 8.1 (46.4) MB, pooled: 1.5 MB, 2.21 / 0.00 ms (+ 1.9 ms in 62 steps since start of marking, biggest step 0.1 ms, walltime since start of marking 18 ms) (average mu = 0.998, current mu = 0.999) finalize incremental marking via task; GC in old space requested
`;
const JSC_LOG = `\
[GC<0x5b35d19c118>: starting 0.287337ms]
Requesting GC because bytes allocated this cycle: 8486326 exceed bytes allowed: 8388608
[GC<0x5b35d19c118>: START M 8973kb => EdenCollection, a=0kb p=1.474281ms (max 1.474281)...]
[GC<0x5b35d19c118>: M a=313kb => 8369kb, p=0.468802ms (max 1.474281), cycle 4.776811ms END]
GC END!
`;

test("readPauses() adds up what Deno and Bun write about collections, and finds the longest", () => {
  const rounded = (log: string): string[] =>
    Object.values(readPauses(log)!).map((milliseconds) => milliseconds.toFixed(3));
  assert.deepEqual(rounded(V8_LOG), ["7.720", "3.610"]);
  assert.deepEqual(rounded(JSC_LOG), ["1.943", "1.474"]);
  assert.equal(readPauses("Listening\n"), undefined);
  assert.deepEqual(readPauses(V8_LOG, { from: 10, to: 20 }), { total: 3.61, longest: 3.61 });
  assert.deepEqual(readPauses(V8_LOG, { from: 6000 }), { total: 0, longest: 0 });
});

test("withoutGcLog() leaves what the program said", () => {
  assert.equal(
    withoutGcLog(`${V8_LOG}TypeError: no\n${JSC_LOG}    at line 1\n`),
    "TypeError: no\n    at line 1\n",
  );
});

test("closedLoop() throws at the first answer that differs from the expected one", async () => {
  let answers = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end(++answers < 100 ? "good" : "bad"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const file = {
    name: "small_00.csv",
    body: Buffer.from("file"),
    expected: Buffer.from("good"),
  };
  await assert.rejects(
    closedLoop(`http://127.0.0.1:${port}`, { pick: () => file, connections: 32, milliseconds: 120_000 }),
    /Cannot accept the answer to small_00\.csv: status 200, 3 bytes/,
  );
  assert.ok(answers >= 100);
  server.close();
  server.closeAllConnections();
});

test("faults() names every figure that is out of its bounds", () => {
  const good = {
    "scopes_live_bytes": 0,
    "scopes_live": 0,
    "scopes_escaped_blocks": 0,
    "scopes_quarantined_blocks": 0,
    "scopes_opened_total": 7,
    "scopes_destroyed_total": 7,
  };
  const messages = [
    "7 scopes opened, 7 destroyed; 0 bytes live, 0 blocks escaped, 0 in quarantine",
    "Closed",
  ];
  const found = (metrics: Record<string, number>, said = messages): string[] =>
    faults("bun", { scopes: { metrics, server: { messages: said } } });
  assert.deepEqual(found(good), []);
  for (const name of Object.keys(good)) {
    assert.equal(found({ ...good, [name]: 1 }).length, 1, name);
  }
  assert.equal(found(good, ["Closed"]).length, 1);
  const leaky = "7 scopes opened, 7 destroyed; 10 bytes live, 0 blocks escaped, 0 in quarantine";
  assert.equal(found(good, [leaky, "Closed"]).length, 1);
});

test("formatTable() lines up columns, in plain text and in markdown", () => {
  const rows = [["deno", "scopes"], ["requests/s", "7"]];
  assert.equal(
    formatTable(rows, { markdown: false }),
    "deno        scopes\n----------  ------\nrequests/s       7",
  );
  assert.equal(
    formatTable(rows, { markdown: true }),
    "| deno       | scopes |\n| ---------- | -----: |\n| requests/s |      7 |",
  );
});

test("openLoop() charges a server that stands still for what waits, and no server for a late timer", async () => {
  let now = 1_000;
  const clock = {
    now: () => now,
    // Wakes a millisecond late, as timers do.
    sleep: (milliseconds: number): Promise<void> => {
      now += milliseconds + 1;
      return Promise.resolve();
    },
  };
  const taken = [2, 35, 2, 2, 2, 2];
  const results = await openLoop(taken.map((milliseconds, index) => ({ due: index, milliseconds })), {
    period: 10,
    clock,
    send: ({ milliseconds }: { milliseconds: number }): Promise<void> => {
      now += milliseconds;
      return Promise.resolve();
    },
  });
  assert.deepEqual(results.map(({ at }) => at), [0, 10, 20, 30, 40, 50]);
  assert.deepEqual(results.map(({ latency }) => latency), [2, 35, 28, 20, 12, 4]);
});

test("quantile() is a number that was measured, median() the middle", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.deepEqual([0, 0.5, 0.99, 0.999, 1].map((share) => quantile(hundred, share)), [1, 50, 99, 100, 100]);
  assert.equal(median([3, 10, 1]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test("Answers.take() refuses what differs from the first answer by a byte, and every status but 200", () => {
  const answers = new Answers();
  const request = { name: "step 1: POST /lookup" };
  const answer = (text: string, status = 200): { status: number; body: Buffer } => ({
    status,
    body: Buffer.from(text),
  });
  answers.take("memory", request, answer("abc"));
  answers.take("objects", request, answer("abc"));
  assert.equal(answers.compared, 1);
  assert.throws(
    () => answers.take("sqlite", request, answer("abd")),
    /answer of sqlite to step 1.*\nabd\n.*of memory/s,
  );
  assert.throws(() => answers.take("sqlite", request, answer("abc", 500)), /status 500/);
});

test("choosePeriod() leaves the slowest store time, and is never under 25 ms", () => {
  assert.equal(choosePeriod([1, 2]), 25);
  assert.equal(choosePeriod([10, 24, 3]), 40);
});

test("FleetRequests makes the same requests for the same seed, in order of their due times", () => {
  const make = (seed: number): string[] =>
    new FleetRequests({ devices: 1_000, seed }).inOrder(1, 10).map(({ due, path, body }) =>
      `${due} ${path} ${body?.toString("base64")}`
    );
  assert.deepEqual(make(1), make(1));
  assert.notDeepEqual(make(1), make(2));
  const requests = new FleetRequests({ devices: 1_000, seed: 1 }).inOrder(1, 10);
  assert.equal(requests.length, 22);
  assert.equal(new Set(requests.map(({ name }) => name)).size, 22);
  assert.ok(requests.every(({ due }, index) => index === 0 || due > requests[index - 1]!.due));
});

test("FleetRequests asks for different devices on each connection", () => {
  const connections = new FleetRequests({ devices: 1_000, seed: 1 }).forConnections(5, 2);
  const ids = connections.map((requests) =>
    new Set(requests.filter(({ kind }) => kind === "lookup").flatMap(({ body }) => `${body}`.split("\n")))
  );
  assert.equal(connections.length, 4);
  assert.equal(new Set(ids.flatMap((each) => [...each])).size, ids.reduce((sum, { size }) => sum + size, 0));
});

test("ticksUpTo() reaches the greatest number in few round steps", () => {
  assert.deepEqual(ticksUpTo(83), [0, 25, 50, 75, 100]);
  assert.deepEqual(ticksUpTo(4), [0, 1, 2, 3, 4]);
  assert.deepEqual(ticksUpTo(0.3), [0, 0.1, 0.2, 0.3]);
});

test("a logarithmic scale goes from the power of ten below the least value to the one above the greatest", () => {
  const { ticks, share } = logarithmic([3, 20, 4_000]);
  assert.deepEqual(ticks, [1, 10, 100, 1_000, 10_000]);
  assert.deepEqual([1, 100, 10_000].map(share), [0, 0.5, 1]);
  assert.deepEqual(logarithmic([10, 10]).ticks, [10, 100]);
});

test("lineChart() is well-formed, says what it shows, and has a dark side", () => {
  const lines = [{ name: "a <b> & c", points: [[0, 1], [1, 20]] as [number, number][] }];
  const picture = lineChart({ title: "T & t", description: "d", unit: "ms", panels: [{ title: "Deno", lines }] });
  assert.match(picture, /role="img" aria-labelledby="title description"/);
  assert.match(picture, /<title id="title">T &amp; t<\/title>\n<desc id="description">d<\/desc>/);
  assert.match(picture, /@media \(prefers-color-scheme: dark\)/);
  const rowOf = (name: string): string => picture.match(`<text class="${name}" x="[\\d.]+" y="(\\d+)">`)![1]!;
  assert.notEqual(rowOf("key"), rowOf("title"));
  assert.doesNotMatch(picture, /NaN|undefined|Infinity/);
  const open: string[] = [];
  for (const [, close, name, empty] of picture.matchAll(/<(\/?)([a-z]+)(?:\s+[\w-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (close) assert.equal(open.pop(), name);
    else if (!empty) open.push(name!);
  }
  assert.deepEqual(open, []);
  assert.equal(picture.replaceAll(/<\/?[a-z]+(?:\s+[\w-]+="[^"<]*")*\s*\/?>/g, "").includes("<"), false);
});

test("replaceParts() puts texts between their marks, and refuses a document without them", () => {
  const document = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
  assert.equal(replaceParts(document, { x: "new" }), "a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nb\n");
  assert.throws(() => replaceParts(document, { y: "new" }), /Cannot write y/);
});

test("judgeTargets() divides this library by objects, and shows what a server without devices comes to", () => {
  const arm = (part: number): object => ({
    results: [{ latency: 10 * part }],
    cpuSeconds: part,
    restBytes: 1e8 * part,
    peakBytes: 1e8 * part,
    buildMilliseconds: 1000 * part,
    loadMilliseconds: 1000 * part,
  });
  const run = { arms: { memory: arm(0.5), objects: arm(1), sqlite: arm(2) }, floor: arm(0.2) };
  const targets = judgeTargets("bun", [run, run]);
  const of = (start: string): unknown => targets.find(({ name }: { name: string }) => name.startsWith(start));
  assert.deepEqual(of("p50"), { name: "p50 latency", wanted: "≤ 0.60 ×", found: "0.50 ×", floor: "0.20 ×", met: true });
  assert.deepEqual(of("p99 "), {
    name: "p99 latency",
    wanted: "≤ 0.30 ×",
    found: "0.50 ×",
    floor: "0.20 ×",
    met: false,
  });
  assert.deepEqual(of("RSS at rest"), {
    name: "RSS at rest",
    wanted: "≤ 0.50 ×",
    found: "0.50 ×",
    floor: "0.20 ×",
    met: true,
  });
  assert.deepEqual(of("time to reload"), {
    name: "time to reload",
    wanted: "10 × faster",
    found: "2.00 ×",
    floor: "5.00 ×",
    met: false,
  });
});
