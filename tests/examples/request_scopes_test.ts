import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { measurementsText } from "../../scripts/generate_measurements.mjs";
import { referenceSummary } from "../../scripts/start/jobs/reference_summary.mjs";
import { ExampleServer } from "./_example_server.ts";
import { below, seeded } from "./_seed.ts";
import { ofArenas } from "../_arenas.ts";
import { until } from "../_time.ts";

const HEADER = "station,timestamp,temperature,humidity,pressure,wind_speed";
const ROW = "A,2024-05-31T09:30:00Z,1,2,3,4";

/** The bytes in pieces, as a connection may bring them; its length unknown. */
function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  random: () => number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  return new ReadableStream({
    pull(controller): void {
      const end = sent + 1 + below(random, bytes.length / 5);
      controller.enqueue(bytes.slice(sent, end));
      sent = end;
      if (sent >= bytes.length) controller.close();
    },
  });
}

for (const arm of ["scopes", "ordinary"]) {
  describe(`the request-scope example, ${arm}`, () => {
    let server!: ExampleServer;
    // The scopes have an arena.
    const options = arm === "scopes" ? ofArenas : { skip: false };
    before(async () => {
      if (options.skip) return;
      server = await ExampleServer.start(`--arm=${arm}`, "--max-body=2000000");
    });
    after(() => server?.kill());

    test("answers files of every size as the reference does", options, async () => {
      const { random, message } = seeded();
      for (const rows of [1, 10, 150, 2_000, 20_000]) {
        const text = measurementsText(random, {
          rows,
          stations: 1 + below(random, 100),
          lineEnd: rows % 100 === 0 ? "\r\n" : "\n",
        });
        const expected = referenceSummary(text);
        for (const whole of [text, text.trimEnd()]) {
          const bytes = new TextEncoder().encode(whole);
          for (const body of [bytes, inPieces(bytes, random)]) {
            const response = await server.post(body);
            assert.equal(response.status, 200);
            assert.equal(
              response.headers.get("content-type"),
              "application/json",
            );
            assert.equal(await response.text(), expected, message);
          }
        }
      }
    });

    test("answers 400 with line and column to a bad file", options, async () => {
      const body = `${HEADER}\r\n${`${ROW}\r\n`.repeat(9_000)}B,now,1,2,3,4`;
      const response = await server.post(body);
      assert.equal(response.status, 400);
      assert.deepEqual(await response.json(), {
        error: 'Cannot read "now" as a timestamp: write it like 2024-05-31T09:30:00Z',
        line: 9_002,
        column: 3,
      });
      assert.equal((await server.post("")).status, 400);
    });

    test("answers 413 to a body that is too long, announced or not", options, async () => {
      const { random } = seeded();
      const bytes = new Uint8Array(2_000_001).fill(0x41);
      for (const body of [bytes, inPieces(bytes, random)]) {
        const response = await server.post(body);
        assert.equal(response.status, 413);
        assert.match((await response.json()).error, /more than 2000000 bytes/);
      }
    });

    test("survives a client that leaves in the middle of its body", options, async () => {
      const { hostname, port } = new URL(server.url);
      for (const length of [1_000, 1_000_000]) {
        const socket = connect(Number(port), hostname);
        await new Promise<void>((resolve) => {
          const head = `POST /summary HTTP/1.1\r\nhost: ${hostname}\r\n` +
            `content-length: ${length}\r\n\r\n${HEADER}`;
          socket.write(head, () => resolve());
        });
        await new Promise((resolve) => setTimeout(resolve, 50));
        socket.destroy();
      }
      assert.equal((await server.post(`${HEADER}\n${ROW}`)).status, 200);
    });

    test("tells its health, and refuses other paths and methods", options, async () => {
      const health = await fetch(`${server.url}/health`);
      assert.deepEqual(await health.json(), { status: "ok", arm });
      const missing = await fetch(`${server.url}/toString`);
      assert.equal(missing.status, 404);
      await missing.body?.cancel();
      const wrong = await fetch(`${server.url}/summary`);
      assert.equal(wrong.status, 405);
      assert.equal(wrong.headers.get("allow"), "POST");
      await wrong.body?.cancel();
      assert.ok(await server.metric("process_resident_memory_bytes") > 1e7);
    });

    test("answers HEAD as GET without a body", options, async () => {
      for (const path of ["/health", "/metrics"]) {
        const [whole, head] = await Promise.all([
          fetch(server.url + path),
          fetch(server.url + path, { method: "HEAD" }),
        ]);
        assert.equal(head.status, 200);
        assert.equal(head.headers.get("content-type"), whole.headers.get("content-type"));
        assert.deepEqual([await head.text() === "", await whole.text() === ""], [true, false]);
        for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
          const refused = await fetch(server.url + path, { method });
          assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"], method);
          await refused.body?.cancel();
        }
      }
    });

    test("answers 400 to a host that is none, and goes on", options, async () => {
      const answers = await Promise.all(
        ["a b", "[::1", "x:99999", "%zz", "user@x", "x/y", "x?y", "x#y"].map(async (host) => {
          const answer = await server.send(`GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
          return [host, answer.slice(0, 12)];
        }),
      );
      assert.deepEqual(answers.filter(([, status]) => status !== "HTTP/1.1 400"), []);
      assert.match(await server.send("GET /health HTTP/1.0\r\n\r\n"), /^HTTP\/1\.[01] 200 [^]*"status":"ok"/);
      assert.match(await server.send("GET /health HTTP/1.1\r\nHost:\r\n\r\n"), /^HTTP\/1\.1 200 /);
      assert.doesNotMatch(server.output, /Error/);
    });

    test("answers 404 to paths that it does not have, however they are written", options, async () => {
      const paths = ["/%zz", "//[", "/%2e%2e/health%00", "/ä"];
      const answers = await Promise.all(
        paths.map((path) => server.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)),
      );
      for (const [index, answer] of answers.entries()) assert.match(answer, /^HTTP\/1\.1 40[04] /, paths[index]!);
      const absolute = await server.send("GET http://elsewhere/health?%zz#x HTTP/1.1\r\nHost: x\r\n\r\n");
      assert.match(absolute, /^HTTP\/1\.1 200 /);
      assert.doesNotMatch(server.output, /Error/);
    });

    test("passes over a byte order mark and empty lines at the end, and refuses packed bodies", options, async () => {
      const expected = await (await server.post(`${HEADER}\n${ROW}`)).text();
      for (const text of [`${HEADER}\n${ROW}\n\n`, `\ufeff${HEADER}\r\n${ROW}\r\n\r\n`, `${HEADER}\n${ROW}\n\r\n\n`]) {
        const response = await server.post(text);
        assert.deepEqual([response.status, await response.text()], [200, expected], JSON.stringify(text));
      }
      const packed = await server.post(`${HEADER}\n${ROW}`, { "content-encoding": "gzip" });
      assert.equal(packed.status, 415);
      assert.deepEqual(await packed.json(), { error: "Cannot read a body in gzip" });
    });

    if (arm === "scopes") {
      test("holds no byte when it is idle", options, async () => {
        await until(async () => await server.metric("scopes_live") === 0, "the end of all scopes");
        const opened = await server.metric("scopes_opened_total");
        assert.ok(opened >= 27, `${opened} scopes`);
        assert.equal(await server.metric("scopes_destroyed_total"), opened);
        assert.equal(await server.metric("scopes_live_bytes"), 0);
        assert.equal(await server.metric("scopes_escaped_blocks"), 0);
        assert.equal(await server.metric("scopes_quarantined_blocks"), 0);
      });
    }

    test("closes cleanly on SIGTERM while a connection is kept alive", options, async () => {
      assert.equal(await server.stop(), 0, server.output);
      assert.match(server.output, /^Closed\n$/m);
      if (arm === "scopes") {
        assert.match(
          server.output,
          /; 0 bytes live, 0 blocks escaped, 0 in quarantine\n/,
        );
      }
    });
  });
}

test("the request-scope example closes cleanly on SIGINT", async () => {
  const server = await ExampleServer.start("--arm=ordinary");
  assert.equal(await server.stop("SIGINT"), 0, server.output);
});

test("the request-scope example prints its help and refuses bad options", async () => {
  const help = await ExampleServer.run("--help");
  assert.equal(help.status, 0);
  assert.match(help.output, /curl --data-binary @\S+ http:\S+\/summary/);
  for (const option of ["--arm=other", "--port=70000", "--port=x", "--what"]) {
    const refused = await ExampleServer.run(option);
    assert.notEqual(refused.status, 0, option);
    assert.match(refused.output, /TypeError/, option);
  }
});
