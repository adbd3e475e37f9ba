import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { Heap, InputTooLongError, ScopePool } from "../../../mod.ts";

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

/** What was asked of a stream that a test made. */
interface Made {
  readonly stream: ReadableStream<Uint8Array>;
  cancelled: unknown[];
}

/** A stream with chunks of its own, or one of bytes that fills what it is given. */
function streamOf(bytes: Uint8Array, piece: number, type?: "bytes", failure?: Error): Made {
  let at = 0;
  const made: Made = {
    cancelled: [],
    stream: new ReadableStream({
      type: type as undefined,
      pull(controller): void {
        const request = (controller as unknown as ReadableByteStreamController).byobRequest;
        if (at < bytes.length) {
          const next = bytes.slice(at, at + (request ? Math.min(piece, request.view!.byteLength) : piece));
          at += next.length;
          if (!request) return controller.enqueue(next);
          new Uint8Array(request.view!.buffer, request.view!.byteOffset).set(next);
          return request.respond(next.length);
        }
        if (failure !== undefined) return controller.error(failure);
        controller.close();
        request?.respond(0);
      },
      cancel(reason): void {
        made.cancelled.push(reason);
      },
    }),
  };
  return made;
}

for (const type of [undefined, "bytes"] as const) {
  const kind = type === "bytes" ? "stream of bytes" : "stream of chunks";

  test(`read() gives one block with what a ${kind} has`, async () => {
    using heap = new Heap({ name: kind });
    using pool = new ScopePool({ name: kind });
    for (
      const [length, piece] of [[1, 1], [1000, 7], [300_000, 300_000], [2_000_003, 70_001], [600_000, 999]] as const
    ) {
      const bytes = pattern(length);
      const view = await heap.read(streamOf(bytes, piece, type).stream);
      assert.deepEqual(view, bytes);
      assert.deepEqual([heap.liveBlocks, heap.liveBytes], [1, length]);
      heap.free(view);
      await pool.run(async (scope) => {
        const [one, two] = await Promise.all([
          scope.read(streamOf(bytes, piece, type).stream, { limit: length }),
          scope.read(streamOf(pattern(100), 9, type).stream),
        ]);
        assert.deepEqual([one, two], [bytes, pattern(100)]);
      });
      assert.equal(pool.liveBytes, 0);
    }
  });

  test(`a ${kind} with more than the limit is refused, cancelled, and its bytes are given back`, async () => {
    using heap = new Heap({ name: "limited" });
    const { stream, cancelled } = streamOf(pattern(500_000), 1000, type);
    await assert.rejects(heap.read(stream, { limit: 100_500 }), (error: InputTooLongError) => {
      assert.ok(error instanceof InputTooLongError && error instanceof RangeError);
      assert.deepEqual([error.limit, error.message], [100_500, "Cannot read a stream: it has more than 100500 bytes"]);
      return true;
    });
    await Promise.resolve();
    assert.equal(cancelled.length, 1);
    assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0]);
  });

  test(`a ${kind} that fails gives its bytes back, as when a client leaves`, async () => {
    using heap = new Heap({ name: "failing" });
    const failure = new Error("the client has left");
    const { stream } = streamOf(pattern(200_000), 50_000, type, failure);
    await assert.rejects(heap.read(stream), failure);
    assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0]);
    using pool = new ScopePool();
    using scope = pool.open();
    const again = streamOf(pattern(200_000), 50_000, type, failure);
    await assert.rejects(scope.read(again.stream), failure);
    assert.equal(scope.liveBytes, 0);
  });

  test(`a ${kind} is left when its heap or scope ends, or has no room`, async () => {
    const heap = new Heap({ name: "ended", limit: 100_000 });
    const full = streamOf(pattern(200_000), 50_000, type);
    await assert.rejects(heap.read(full.stream), { name: "AllocationError" });
    await Promise.resolve();
    assert.deepEqual([full.cancelled.length, heap.liveBlocks], [1, 0]);
    const reading = heap.read(streamOf(pattern(50_000), 10, type).stream);
    heap.destroy();
    await assert.rejects(reading, { name: "ClosedError", message: /was closed/ });
    using pool = new ScopePool();
    const scope = pool.open();
    const other = scope.read(streamOf(pattern(50_000), 10, type).stream);
    scope[Symbol.dispose]();
    await assert.rejects(other, { name: "ClosedError" });
  });
}

test("a client that leaves gives its bytes back", async () => {
  using pool = new ScopePool();
  const { promise: seen, resolve } = Promise.withResolvers<unknown>();
  const server = createServer((incoming) => {
    const scope = pool.open();
    scope.read(incoming).then(resolve, (error) => {
      const { liveBytes } = scope;
      scope[Symbol.dispose]();
      resolve({ failed: error instanceof Error, liveBytes });
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  client.write("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n");
  client.write(pattern(300_000));
  while (pool.liveBytes < 300_000) await new Promise((resolve) => setTimeout(resolve, 1));
  client.destroy();
  assert.deepEqual(await seen, { failed: true, liveBytes: 0 });
  assert.equal(pool.live, 0);
  server.close();
});

test("a stream that a rollback takes its memory from ends with an error", async () => {
  using pool = new ScopePool();
  using scope = pool.open();
  const mark = scope.checkpoint();
  let more: (() => void) | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller): void {
      controller.enqueue(pattern(40_000));
      more = () => controller.enqueue(pattern(40_000));
    },
  });
  const reading = scope.read(stream);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(scope.liveBytes >= 40_000);
  scope.rollback(mark);
  more!();
  await assert.rejects(reading, { name: "ClosedError", message: /took its memory back meanwhile/ });
});

test("no body, an empty body and streams of Node.js are read", async () => {
  using heap = new Heap({ name: "bodies" });
  assert.equal((await heap.read(null)).length, 0);
  assert.equal((await heap.read(new Response("").body)).length, 0);
  assert.equal((await heap.read(streamOf(new Uint8Array(0), 1, "bytes").stream)).length, 0);
  const bytes = await heap.read(Readable.from([Buffer.from("one "), Buffer.from("two")]), { limit: 7 });
  assert.equal(new TextDecoder().decode(bytes), "one two");
  assert.deepEqual(await heap.read(new Blob([pattern(100_000)]).stream()), pattern(100_000));
  assert.equal(heap.liveBlocks, 5);
});

test("requests and responses are read with the length that their headers tell, and without believing it", async () => {
  using heap = new Heap({ name: "responses" });
  const bytes = pattern(100_000);
  const request = new Request("http://here/", { method: "POST", body: bytes });
  assert.deepEqual(await heap.read(request, { limit: 100_000 }), bytes);
  await assert.rejects(heap.read(request), TypeError);
  for (const told of ["100000", "70000", "200000", "5", "0", "many", "-1", "1e9"]) {
    const headers = { "content-length": told };
    assert.deepEqual(await heap.read(new Response(bytes, { headers })), bytes, told);
    await assert.rejects(heap.read(new Response(bytes, { headers }), { limit: 99_999 }), InputTooLongError);
  }
  const packed = new Response(bytes, { headers: { "content-length": "5", "content-encoding": "gzip" } });
  assert.deepEqual(await heap.read(packed), bytes);
  assert.equal((await heap.read(new Response(null))).length, 0);
  assert.equal((await heap.read(new Response(""))).length, 0);
  assert.equal(heap.liveBytes, 10 * 100_000);
});

test("a response that tells of more than the limit is refused before any of it is read", async () => {
  using heap = new Heap({ name: "told" });
  const { stream, cancelled } = streamOf(pattern(100), 10);
  const response = new Response(stream, { headers: { "content-length": "1000" } });
  await assert.rejects(heap.read(response, { limit: 999 }), { name: "InputTooLongError", limit: 999 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(cancelled.length, 1);
});

test("what is no stream of bytes is refused", async () => {
  using heap = new Heap({ name: "refused" });
  for (const value of [undefined, 5, "text", {}]) {
    await assert.rejects(heap.read(value as never), {
      name: "TypeError",
      message: /expected a stream such as request\.body, a request/,
    });
  }
  const texts = new ReadableStream({ start: (controller) => controller.enqueue("text") });
  await assert.rejects(heap.read(texts), {
    name: "TypeError",
    message: /expected chunks that are Uint8Array, got "text"/,
  });
  const { stream } = streamOf(pattern(5), 1);
  stream.getReader();
  await assert.rejects(heap.read(stream), TypeError);
  for (const limit of [0, -1, NaN, 1.5, "5"]) {
    await assert.rejects(heap.read(null, { limit: limit as never }), { name: "RangeError", message: /Cannot limit/ });
  }
  assert.equal(heap.liveBlocks, 0);
});
