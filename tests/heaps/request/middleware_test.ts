import express from "express";
import { Hono } from "hono";
import assert from "node:assert/strict";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import {
  currentScope,
  type ExpressMiddleware,
  expressScopes,
  honoScopes,
  InputTooLongError,
  readText,
  ScopePool,
} from "../../../mod.ts";
import { until } from "../../_time.ts";

async function shout(): Promise<Uint8Array<ArrayBuffer>> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return currentScope().text("deep inside".toUpperCase());
}

test("Hono: each request has a scope, which ends with its handlers", async () => {
  using pool = new ScopePool({ limit: 2 ** 20 });
  const app = new Hono();
  app.use(honoScopes(pool));
  app.get("/deep", async (context) => context.body(await shout()));
  app.post("/upload", async (context) => {
    const bytes = await currentScope().read(context.req.raw, { limit: 1000 });
    return context.text(`${bytes.length} ${currentScope().liveBytes >= bytes.length}`);
  });
  app.get("/failing", () => {
    currentScope().allocate(Uint8Array, 100);
    throw new Error("in the handler");
  });
  app.onError((error, context) => context.text(error.message, error instanceof InputTooLongError ? 413 : 500));

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => Promise.resolve(app.request("/deep")).then((each) => each.text())),
  );
  assert.deepEqual(new Set(answers), new Set(["DEEP INSIDE"]));
  const upload = await app.request("/upload", { method: "POST", body: "x".repeat(1000) });
  assert.equal(await upload.text(), "1000 true");
  const refused = await app.request("/upload", { method: "POST", body: "x".repeat(1001) });
  assert.deepEqual([refused.status, await refused.text()], [413, "Cannot read a stream: it has more than 1000 bytes"]);
  assert.equal((await app.request("/failing")).status, 500);
  assert.deepEqual([pool.opened, pool.live, pool.liveBytes], [23, 0, 0]);
});

/** What of a request of Express is used: Express has no types of its own. */
type Incoming = AsyncIterable<Uint8Array>;

/** What of a response of Express is used. */
interface Outgoing {
  end(body: Uint8Array): void;
  send(body: string): void;
  set(name: string, value: string): Outgoing;
  status(code: number): Outgoing;
}

/** What of Express is used. */
interface Application {
  use(middleware: ExpressMiddleware): void;
  get(path: string, handler: (request: Incoming, response: Outgoing) => unknown): void;
  post(path: string, handler: (request: Incoming, response: Outgoing) => unknown): void;
  listen(port: number, host: string): Server;
}

/** An Express server while `task` runs. */
async function serve(app: Application, task: (origin: string, port: number) => Promise<void>): Promise<void> {
  const server: Server = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await task(`http://127.0.0.1:${port}`, port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Waits until the scopes of requests that were answered have ended. */
async function untilIdle(pool: ScopePool): Promise<void> {
  await until(() => pool.live === 0, "the end of all scopes");
}

test("Express: each request has a scope, which ends when the response was sent or the client has left", async () => {
  using pool = new ScopePool({ limit: 2 ** 22 });
  const app = (express as unknown as () => Application)();
  app.use(expressScopes(pool));
  app.get("/deep", async (_request: Incoming, response: Outgoing) => {
    response.end(await shout());
  });
  app.post("/upload", async (request: Incoming, response: Outgoing) => {
    try {
      const bytes = await currentScope().read(request, { limit: 100_000 });
      response.send(`${bytes.length} ${readText(bytes.subarray(0, 3))}`);
    } catch (error) {
      assert.ok(error instanceof InputTooLongError);
      response.set("connection", "close").status(413).send(error.message);
    }
  });
  let isWaiting = false;
  app.get("/waiting", () => {
    currentScope().allocate(Uint8Array, 1000);
    isWaiting = true;
  });
  await serve(app, async (origin, port) => {
    const all = Array.from({ length: 20 }, () => fetch(`${origin}/deep`).then((each) => each.text()));
    assert.deepEqual(new Set(await Promise.all(all)), new Set(["DEEP INSIDE"]));
    const upload = await fetch(`${origin}/upload`, { method: "POST", body: "abc".repeat(30_000) });
    assert.equal(await upload.text(), "90000 abc");
    const refused = await fetch(`${origin}/upload`, { method: "POST", body: "x".repeat(100_001) });
    assert.deepEqual([refused.status, await refused.text()], [
      413,
      "Cannot read a stream: it has more than 100000 bytes",
    ]);
    await untilIdle(pool);
    const client = connect(port, "127.0.0.1");
    client.write("GET /waiting HTTP/1.1\r\nHost: here\r\n\r\n");
    while (!isWaiting) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(pool.live, 1);
    client.destroy();
    await untilIdle(pool);
  });
  assert.deepEqual([pool.opened, pool.liveBytes], [23, 0]);
});

test("Express: a response whose client is gone already gets a scope for the call alone", () => {
  using pool = new ScopePool();
  let called = 0;
  const response = { destroyed: true, once: (): never => assert.fail("nothing is told of it any more") };
  expressScopes(pool)({}, response, () => {
    called++;
    assert.equal(currentScope().closed, false);
  });
  assert.deepEqual([called, pool.opened, pool.live], [1, 1, 0]);
});
