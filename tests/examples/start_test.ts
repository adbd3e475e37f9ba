import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { faults } from "../../scripts/start/figures.mjs";
import { pauseMilliseconds, withoutGcLog } from "../../scripts/start/gc_log.mjs";
import { load } from "../../scripts/start/load.mjs";
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

test("pauseMilliseconds() adds up what Deno and Bun write about collections", () => {
  assert.equal(pauseMilliseconds(V8_LOG)?.toFixed(3), "7.720");
  assert.equal(pauseMilliseconds(JSC_LOG)?.toFixed(6), "1.943083");
  assert.equal(pauseMilliseconds("Listening\n"), undefined);
});

test("withoutGcLog() leaves what the program said", () => {
  assert.equal(
    withoutGcLog(`${V8_LOG}TypeError: no\n${JSC_LOG}    at line 1\n`),
    "TypeError: no\n    at line 1\n",
  );
});

test("load() throws at the first answer that differs from the expected one", async () => {
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
    load(`http://127.0.0.1:${port}`, { pick: () => file, milliseconds: 5_000 }),
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
