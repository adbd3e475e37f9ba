import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { createServer } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../../../ffi/mod.ts";
import { flushHooks, Heap, LeakError } from "../../../mod.ts";
import {
  type Dashboard,
  type DashboardLeak,
  type DashboardMessage,
  type DashboardSizes,
  type DashboardState,
  LeakDetector,
  serveDashboard,
  SiteProfiler,
} from "../../../observe/mod.ts";
import { isGuarded } from "../../_build.ts";
import { fail, printStatistics } from "../../heaps/hooks/programs/_provoke.ts";

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

/** Asks without a browser, which would not let the Host header be chosen. */
async function ask({ port, token: own }: Dashboard, question: Question = {}): Promise<Answered> {
  const { path = "/", method = "GET", token = own, headers = {} } = question;
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const sent = request({
    host: "127.0.0.1",
    port,
    path,
    method,
    agent: false,
    headers: { ...authorization, ...headers },
  });
  sent.end();
  const [response] = await once(sent, "response");
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() };
}

async function askJson<T>(dashboard: Dashboard, path: string): Promise<T> {
  const { status, body } = await ask(dashboard, { path });
  assert.equal(status, 200, body);
  return JSON.parse(body) as T;
}

test("serveDashboard() tells the metrics, the readings since one, and the sizes of blocks", async () => {
  using heap = new Heap({ name: "of the dashboard", limit: 2 ** 20 });
  await using dashboard = await serveDashboard({ port: 0, every: 20 });
  const before = await askJson<DashboardState>(dashboard, "/api/state");
  const views = Array.from({ length: 100 }, () => heap.allocate(Uint8Array, 1000));
  heap.free(views.pop()!);
  const { number } = before.samples.at(-1)!;
  let state = before;
  while (state.samples.at(-1)!.number < number + 2) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    state = await askJson<DashboardState>(dashboard, `/api/state?after=${number - 1}`);
  }
  const [first, ...rest] = state.samples;
  assert.deepEqual([first!.number, rest.at(-1)!.allocations - first!.allocations], [number, 100]);
  assert.equal(rest.at(-1)!.liveBytes - first!.liveBytes, 99_000);
  assert.equal(rest.at(-1)!.limitBytes! >= 2 ** 20, true);
  const told = state.metrics.heaps.find(({ name }) => name === "of the dashboard")!;
  assert.deepEqual([told.live_bytes, told.live_blocks, told.headroom_bytes], [99_000, 99, 2 ** 20 - 99_000]);
  const { heaps } = await askJson<DashboardState["metrics"]>(dashboard, "/api/metrics");
  assert.deepEqual(heaps.find(({ id }) => id === told.id), told);
  const { sizes } = await askJson<DashboardSizes>(dashboard, "/api/sizes");
  const size = sizes.find(({ blockBytes }) => blockBytes >= 1000 && blockBytes < 1200)!;
  // Guarded builds make one of some thousands larger.
  assert.ok(size.blocks >= (isGuarded() ? 98 : 99) && size.committedBytes >= size.usedBytes);
  const map = await askJson<{ blocks: number }>(dashboard, `/api/heap-map?heap=${told.id}`);
  assert.equal(map.blocks, 99);
  assert.match((await ask(dashboard, { path: `/api/heap-map.svg?heap=${told.id}` })).body, /^<svg /);
});

test("serveDashboard() answers nobody without the token: 401, in the header, the address or the cookie", async () => {
  await using dashboard = await serveDashboard();
  const { token } = dashboard;
  const paths = ["/", "/page.js", "/page.css", "/chart.js", "/icon.svg", "/api/metrics", "/api/state", "/nothing"];
  for (const path of paths) {
    assert.equal((await ask(dashboard, { path, token: null })).status, 401, path);
    assert.equal((await ask(dashboard, { path, token: `${token}x` })).status, 401, path);
    assert.equal((await ask(dashboard, { path: `${path}?token=${token.slice(1)}`, token: null })).status, 401, path);
    assert.equal((await ask(dashboard, { path: `${path}?token=`, token: null })).status, 401, path);
  }
  const wrong = await ask(dashboard, { token: "wrong" });
  assert.match(wrong.headers["www-authenticate"]!, /^Bearer/);
  assert.ok(!wrong.body.includes(token));
  assert.equal(wrong.headers["set-cookie"], undefined);
  const opened = await ask(dashboard, { path: `/?token=${token}`, token: null });
  assert.equal(opened.status, 200);
  const [cookie] = opened.headers["set-cookie"]!;
  assert.match(cookie!, /; HttpOnly; SameSite=Strict$/);
  const [pair] = cookie!.split(";");
  assert.equal(
    (await ask(dashboard, { path: "/api/metrics", token: null, headers: { cookie: `a=b; ${pair}` } })).status,
    200,
  );
  assert.equal((await ask(dashboard, { token: null, headers: { cookie: `${pair}x` } })).status, 401);
});

test("serveDashboard() refuses the name of another host, so that no page of one reads it (DNS rebinding)", async () => {
  await using dashboard = await serveDashboard();
  const { port } = dashboard;
  for (
    const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.1.evil.example", "a@b"]
  ) {
    const { status, body } = await ask(dashboard, { path: "/api/metrics", headers: { host } });
    assert.equal(status, 403, host);
    assert.doesNotMatch(body, /current_rss/);
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST`, `[::1]:${port}`]) {
    assert.equal((await ask(dashboard, { headers: { host } })).status, 200, host);
  }
});

test("serveDashboard() lets no other origin read, frame or add anything, and is only read", async () => {
  await using dashboard = await serveDashboard();
  for (const path of ["/", "/page.js", "/api/metrics", "/icon.svg", "/nothing"]) {
    const { headers } = await ask(dashboard, { path, headers: { origin: "http://evil.example" } });
    const cors = Object.keys(headers).filter((name) => name.startsWith("access-control-"));
    assert.deepEqual(cors, [], path);
    const policy = headers["content-security-policy"] as string;
    assert.match(policy, /^default-src 'none';/);
    assert.match(policy, /frame-ancestors 'none'/);
    if (!path.endsWith(".svg")) assert.doesNotMatch(policy, /unsafe|\*|data:|http/);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["cache-control"], "no-store");
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    assert.equal((await ask(dashboard, { method })).status, 405, method);
  }
  const head = await ask(dashboard, { method: "HEAD", path: "/api/metrics" });
  assert.deepEqual([head.status, head.body], [200, ""]);
});

test("serveDashboard() says what is wrong with a question", async () => {
  await using dashboard = await serveDashboard();
  const cases: [string, number, RegExp][] = [
    ["/nothing", 404, /Cannot show \/nothing/],
    ["/constructor", 404, /no such page/],
    ["/api/state?after=-1", 400, /Cannot read after "-1"/],
    ["/api/heap-map", 400, /Cannot read heap null/],
    ["/api/heap-map?heap=123456", 404, /Cannot map heap 123456/],
    ["/api/leaks", 404, /given none, pass it as `leaks`/],
    ["/api/profile.svg", 404, /given none, pass it as `profiler`/],
    ["//[", 400, /Cannot read the address/],
  ];
  for (const [path, status, words] of cases) {
    const answer = await ask(dashboard, { path });
    assert.equal(answer.status, status, path);
    assert.match(answer.body, words);
  }
});

test("serveDashboard() listens to the own machine alone, and close() frees the port", async () => {
  const dashboard = await serveDashboard({ port: 0 });
  const { port, url } = dashboard;
  assert.equal(dashboard.hostname, "127.0.0.1");
  assert.equal(new URL(url).hostname, "127.0.0.1");
  await assert.rejects(serveDashboard({ port }), /EADDRINUSE|in use/i);
  const kept = request({ host: "127.0.0.1", port, headers: { authorization: `Bearer ${dashboard.token}` } });
  kept.on("error", () => {});
  kept.end();
  const [response] = await once(kept, "response");
  response.resume();
  await dashboard.close();
  await dashboard.close();
  assert.ok(dashboard.closed);
  const next = createServer();
  next.listen(port, "127.0.0.1");
  await once(next, "listening");
  next.close();
  await once(next, "close");
});

test("serveDashboard() refuses options that it cannot use", async () => {
  for (const port of [-1, 65_536, 1.5, NaN, "80"]) {
    await assert.rejects(serveDashboard({ port: port as number }), { name: "RangeError", message: /on port/ });
  }
  for (const token of ["short", "with space and more", "é".repeat(20), 7, "a".repeat(257)]) {
    await assert.rejects(serveDashboard({ token: token as string }), (error: Error) => {
      assert.equal(error.name, "RangeError");
      assert.ok(!error.message.includes(String(token)) || token === 7, error.message);
      return true;
    });
  }
  await assert.rejects(serveDashboard({ every: "soon" as never }), RangeError);
  await assert.rejects(serveDashboard(null as never), TypeError);
  using leaks = new LeakDetector({ level: "off" });
  for (const wrong of [null, {}, true]) {
    await assert.rejects(serveDashboard({ leaks: wrong as never }), /^TypeError: .* a LeakDetector as `leaks`, got /);
    await assert.rejects(serveDashboard({ profiler: wrong as never }), /^TypeError: .* a SiteProfiler as `profiler`, /);
  }
  await assert.rejects(serveDashboard({ profiler: leaks as never }), TypeError);
});

test("serveDashboard() hears mimalloc, which the standard error stream still gets", {
  skip: process.platform === "win32",
}, async () => {
  const { write } = process.stderr;
  let written = "";
  await using dashboard = await serveDashboard();
  process.stderr.write = ((text: string) => {
    written += text;
    return true;
  }) as typeof write;
  try {
    printStatistics();
    fail();
    flushHooks();
  } finally {
    process.stderr.write = write;
  }
  const messages = await askJson<DashboardMessage[]>(dashboard, "/api/messages");
  const lines = messages.filter(({ kind }) => kind === "output").map(({ text }) => text);
  assert.ok(lines.some((line) => line.includes("numa nodes")), lines.join("\n"));
  for (const line of lines.slice(-5)) assert.ok(written.includes(`${line}\n`), line);
  if (!isSecure()) assert.match(messages.find(({ kind }) => kind === "error")!.text, /^ENOMEM \(\d+\)$/);
  const { hearsMessages } = await askJson<DashboardState>(dashboard, "/api/state");
  assert.equal(hearsMessages, true);
});

/** Whether errors of C are heard only where they do not end the process. */
function isSecure(): boolean {
  const { type, secureLevel, encodedFreeLists } = loadLibrary().build;
  return type === "debug" || encodedFreeLists === true || secureLevel !== 0;
}

test("serveDashboard() tells what a leak detector and a profiler have found", async () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  using leaks = new LeakDetector({ level: "all" });
  // Kept until the end: collected, it would be a leak itself.
  const live = heap.allocate(Uint8Array, 1000);
  {
    const closed = new Heap({ name: "closed too early" });
    closed.allocate(Uint8Array, 300);
    assert.throws(() => closed.close(), LeakError);
    closed.destroy();
  }
  await using dashboard = await serveDashboard({ leaks, profiler });
  const { hasLeaks, hasProfile } = await askJson<DashboardState>(dashboard, "/api/state");
  assert.deepEqual([hasLeaks, hasProfile], [true, true]);
  const told = await askJson<DashboardLeak[]>(dashboard, "/api/leaks");
  const found = told.find(({ found }) => found)!;
  assert.deepEqual([found.reason, found.kind, found.count, found.bytes], ["closed", "block", 1, 300]);
  assert.match(found.heap, /closed too early/);
  assert.match(found.site, /dashboard_test\.ts/);
  assert.ok(found.stack.includes(found.site));
  assert.ok(told.some(({ found, bytes }) => !found && bytes === 1000), "the block that is live is no suspect");
  const picture = await ask(dashboard, { path: "/api/profile.svg" });
  assert.equal(picture.headers["content-type"], "image/svg+xml; charset=utf-8");
  assert.match(picture.body, /^<svg [\s\S]*dashboard_test\.ts/);
  assert.ok((await ask(dashboard, { path: "/api/profile.pb.gz" })).body.length > 50);
  assert.ok("profiles" in await askJson<object>(dashboard, "/api/profile.speedscope.json"));
  assert.equal(live.length, 1000);
});
