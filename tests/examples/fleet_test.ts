import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MemoryStore } from "../../examples/fleet/memory_store.ts";
import type { Store } from "../../examples/fleet/store.ts";
import { deviceOf, encodeDevice, encodeDeviceOf, idOf, LATEST, reportOf } from "../../scripts/fleet_devices.mjs";
import { ask, bodyOf, contentsOf, createStores, handlerOf, MOST_BYTES, recordsOf } from "./_fleet.ts";
import { RunningExample } from "./_run_example.ts";
import { below, seeded } from "./_seed.ts";

const BINARY = { "content-type": "application/octet-stream" };
const LINES = { "content-type": "application/x-ndjson" };
const TEXT = { "content-type": "text/plain" };

type Question = [method: string, path: string, body?: BodyInit, headers?: Record<string, string>];

/** Devices and what they report now and then, with long ids, names beyond ASCII and places at the edges. */
function someDevice(random: () => number): ReturnType<typeof deviceOf> {
  const index = below(random, 300);
  const device = reportOf(index, 1, below(random, 40));
  const kind = below(random, 12);
  if (kind === 0) return { ...device, id: `${"long-".repeat(8)}${index}` };
  if (kind === 1) return { ...device, id: `\u{1f600}${index}`, region: "\uffee" };
  if (kind === 2) return { ...device, longitude: index % 2 ? 180e6 : -180e6, latitude: index % 3 ? 89e6 : -90e6 };
  return kind === 3 ? { ...device, value: -0, time: LATEST } : device;
}

function someLine(random: () => number): string {
  const device = someDevice(random);
  const { latitude, longitude } = device;
  return JSON.stringify({ ...device, latitude: latitude / 1e6, longitude: longitude / 1e6 });
}

function someQuestion(random: () => number): Question {
  const some = <T>(make: () => T): T[] => Array.from({ length: below(random, 40) }, make);
  const id = encodeURIComponent(someDevice(random).id);
  const ids = some(() => someDevice(random).id).join(random() < 0.5 ? "\n" : "\r\n");
  const [latitude, longitude] = [below(random, 180) - 90 + random(), below(random, 360) - 180 + random()];
  const place = someDevice(random);
  const records = recordsOf(some(() => someDevice(random)));
  const questions: Question[] = [
    ["POST", "/reports", records, BINARY],
    ["POST", "/reports", records, BINARY],
    ["POST", "/reports", records.slice(0, below(random, records.length + 1)), BINARY],
    ["POST", "/reports", records.map((byte) => random() < 0.002 ? below(random, 256) : byte), BINARY],
    ["POST", "/reports", some(() => someLine(random)).join("\n"), LINES],
    ["POST", "/reports", some(() => someLine(random).slice(0, random() < 0.9 ? 1000 : 50)).join("\n"), LINES],
    ["POST", "/lookup", ids, TEXT],
    ["POST", "/lookup", ids, { ...TEXT, accept: "application/octet-stream" }],
    ["GET", `/devices/${id}`],
    ["DELETE", `/devices/${id}`],
    ["GET", `/stale?since=${LATEST + below(random, 200) - 60}&limit=${1 + below(random, 50)}`],
    ["GET", `/nearby?latitude=${latitude}&longitude=${longitude}&radius=50000`],
    ["GET", `/nearby?latitude=${place.latitude / 1e6}&longitude=${place.longitude / 1e6}&radius=50000&limit=7`],
    ["GET", "/nearby?latitude=91&longitude=0&radius=1"],
    ["GET", "/stale?since=x"],
    ["GET", "/summary"],
    ["GET", "/export"],
    ["GET", "/devices/%ff"],
    ["PUT", "/reports"],
  ];
  return questions[below(random, questions.length)]!;
}

function closeAll(stores: readonly Store[]): void {
  for (const store of stores) store.close();
}

/** Checks that the bytes that are live are those that the containers tell of. */
function checkBytes(store: MemoryStore): void {
  const { liveBytes, containerBytes } = store.figures();
  assert.equal(liveBytes, containerBytes);
}

test("every store of the fleet answers the same to 3,000 requests", { timeout: 300_000 }, async () => {
  const { random, message } = seeded();
  const stores = createStores();
  let handlers = stores.map((store) => handlerOf(store));
  const statuses = new Map<number, number>();
  for (let turn = 0; turn < 3000; turn++) {
    if (turn === 2500) {
      assert.ok(stores[0]!.size > 50, message);
      handlers = stores.map((store) => handlerOf(store, 60));
    }
    const question = someQuestion(random);
    const [first, ...others] = await Promise.all(handlers.map((handler) => ask(handler, ...question)));
    for (const other of others) assert.deepEqual(other, first, `request ${turn}, ${question[1]}, ${message}`);
    statuses.set(first!.status, (statuses.get(first!.status) ?? 0) + 1);
    checkBytes(stores[0] as MemoryStore);
  }
  for (const status of [200, 204, 400, 404, 405]) assert.ok(statuses.has(status), `no ${status}, ${message}`);
  for (const store of stores) assert.deepEqual(contentsOf(store), contentsOf(stores[0]!), message);
  closeAll(stores);
});

test("encodeDeviceOf() writes what encodeDevice() writes", () => {
  const size = 256;
  const written = new Uint8Array(size);
  const expected = new Uint8Array(size);
  for (const index of [0, 1, 35, 36, 1295, 1296, 2_124_999, ...Array.from({ length: 2000 }, (_, one) => one * 1061)]) {
    for (const seed of [1, 7]) {
      const end = encodeDevice(deviceOf(index, seed), expected.fill(1), 3);
      assert.equal(encodeDeviceOf(index, seed, written.fill(1), 3), end);
      assert.deepEqual(written, expected, `device ${index} of seed ${seed}`);
    }
  }
});

test("a body means the same wherever its chunks end", async () => {
  const devices = [deviceOf(1, 1), { ...deviceOf(2, 1), id: "ł".repeat(31) }, deviceOf(3, 1)];
  const lines = devices.map((device) =>
    JSON.stringify({ ...device, latitude: device.latitude / 1e6, longitude: device.longitude / 1e6 })
  ).join("\r\n");
  for (const [body, headers] of [[recordsOf(devices), BINARY], [new TextEncoder().encode(lines), LINES]] as const) {
    for (let split = 0; split <= body.length; split++) {
      const store = new MemoryStore({ limit: 2 ** 26 });
      const chunks = split === 0
        ? Array.from(body, (byte) => Uint8Array.of(byte))
        : [body.subarray(0, split), body.subarray(split)];
      const { text } = await ask(handlerOf(store), "POST", "/reports", bodyOf(chunks), headers);
      assert.equal(text, '{"accepted":3,"created":3,"stale":0,"expired":0}', `at ${split}`);
      assert.deepEqual(contentsOf(store).length, recordsOf(devices).length);
      store.close();
    }
  }
});

test("a bad report is refused where it is, and what came before it stays", async () => {
  const good = recordsOf([deviceOf(1, 1)]);
  const bad = (change: object): Uint8Array<ArrayBuffer> => recordsOf([{ ...deviceOf(2, 1), ...change }]);
  const cases: [Uint8Array, RegExp][] = [
    [bad({ id: "" }), /its id does not have 1 to 63 bytes/],
    [bad({ id: "x".repeat(64) }), /its id does not have 1 to 63 bytes/],
    [bad({ region: "" }), /its region does not have/],
    [bad({ latitude: 90e6 + 1 }), /its latitude/],
    [bad({ longitude: -180e6 - 1 }), /its longitude/],
    [bad({ value: NaN }), /its value/],
    [bad({ time: LATEST + 3601 }), /its time lies more than an hour ahead/],
    [bad({ battery: 101 }), /its battery/],
    [bad({}).map((byte, at) => at === 1 ? 0xff : byte), /its id is not UTF-8/],
    [bad({ id: "a\0b" }), /its id is not UTF-8 without control characters/],
    [bad({ region: "a\x7f" }), /its region is not UTF-8 without/],
    [bad({}).slice(0, -1), /the body ends within it/],
  ];
  for (const store of createStores()) {
    for (const [record, reason] of cases) {
      const answer = await ask(handlerOf(store), "POST", "/reports", bodyOf([good, record]), BINARY);
      assert.equal(answer.status, 400);
      const { error, index, byte } = JSON.parse(answer.text);
      assert.match(error, reason);
      assert.deepEqual([index, byte, store.size], [1, good.length, 1]);
    }
    const lines = await ask(handlerOf(store), "POST", "/reports", "\n{}\n", LINES);
    assert.deepEqual([lines.status, JSON.parse(lines.text).line], [400, 2]);
    const many = Array.from({ length: Math.ceil((MOST_BYTES + 1) / good.length) }, () => good);
    const long = await ask(handlerOf(store), "POST", "/reports", bodyOf(many), BINARY);
    assert.equal(long.status, 413);
    store.close();
  }
});

test(
  "a store that is full refuses new devices, stays whole and goes on when some have gone",
  { timeout: 300_000 },
  async () => {
    const store = new MemoryStore({ limit: 2 ** 26 });
    const handler = handlerOf(store);
    let index = 0;
    let answer = { status: 200, text: "" };
    while (answer.status === 200) {
      const devices = Array.from({ length: 2000 }, () => deviceOf(index++, 1));
      answer = await ask(handler, "POST", "/reports", recordsOf(devices), BINARY);
      checkBytes(store);
    }
    assert.equal(answer.status, 507);
    const full = store.size;
    assert.ok(full > index - 2000 && full < index);
    for (let more = 0; more < 200; more++) {
      const device = { ...deviceOf(index + more, 1), id: `new-${more}`, region: `region ${more}`, time: more };
      const { status } = await ask(handler, "POST", "/reports", recordsOf([device]), BINARY);
      const found = (await ask(handler, "GET", `/devices/new-${more}`)).status;
      assert.equal(found, status === 200 ? 200 : 404);
      checkBytes(store);
    }
    const again = recordsOf(Array.from({ length: 1000 }, (_, one) => reportOf(one, 1, 1)));
    await ask(handler, "POST", "/reports", again, BINARY);
    // The bytes of ids move together when half of them have gone.
    const encoder = new TextEncoder();
    for (let one = 0; one < full * 0.6; one++) {
      const id = encoder.encode(idOf(one, 1));
      assert.ok(store.delete(id, 0, id.length));
    }
    const late = recordsOf(Array.from({ length: 1000 }, (_, one) => deviceOf(one, 1)));
    assert.equal((await ask(handler, "POST", "/reports", late, BINARY)).status, 200);
    assert.equal((await ask(handler, "GET", "/export")).text.trimEnd().split("\n").length, store.size);
    checkBytes(store);
    assert.match(store.close(), / 0 bytes live/);
  },
);

test("one clock that is wrong makes no other device expire", async () => {
  for (const store of createStores()) {
    const handler = handlerOf(store, 86_400);
    const devices = Array.from({ length: 100 }, (_, index) => deviceOf(index, 1));
    await ask(handler, "POST", "/reports", recordsOf(devices), BINARY);
    const wrong = { ...deviceOf(100, 1), time: 0xffffffff };
    const lines = JSON.stringify({ ...wrong, latitude: 0, longitude: 0 });
    for (const [body, headers] of [[recordsOf([wrong]), BINARY], [lines, LINES]] as const) {
      assert.equal((await ask(handler, "POST", "/reports", body, headers)).status, 400);
      assert.equal(store.size, 100);
    }
    store.close();
  }
});

test("regions without devices give their names back, and the others keep theirs", async () => {
  const [memory, objects] = createStores();
  const [store, other] = [memory as MemoryStore, objects!];
  const inRegions = (index: number, region: string): ReturnType<typeof deviceOf> => ({ ...deviceOf(index, 1), region });
  const stores = [handlerOf(store), handlerOf(other)];
  const report = async (devices: ReturnType<typeof deviceOf>[]): Promise<void> => {
    for (const handler of stores) {
      assert.equal((await ask(handler, "POST", "/reports", recordsOf(devices), BINARY)).status, 200);
    }
  };
  await report(Array.from({ length: 20 }, (_, index) => inRegions(index, `kept ${index % 5}`)));
  let most = 0;
  for (let round = 0; round < 20; round++) {
    await report(Array.from({ length: 2000 }, (_, index) => inRegions(100 + index, `region ${round} ${index}`)));
    if (round === 3) most = store.figures().liveBytes;
    checkBytes(store);
  }
  assert.ok(store.figures().liveBytes <= most * 1.1, `${store.figures().liveBytes} bytes, ${most} before`);
  assert.deepEqual(contentsOf(store), contentsOf(other));
  const [one, two] = await Promise.all(stores.map((handler) => ask(handler, "GET", "/summary")));
  assert.deepEqual(one, two);
  store.close();
  other.close();
});

test("a snapshot brings everything back, and a bad one is refused and kept", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fleet-"));
  try {
    for (const [place, store] of createStores().entries()) {
      const devices = Array.from({ length: 2000 }, (_, index) => deviceOf(index, 1));
      await ask(handlerOf(store), "POST", "/reports", recordsOf(devices), BINARY);
      for (let index = 0; index < 50; index++) await ask(handlerOf(store), "DELETE", `/devices/${idOf(index, 1)}`);
      const path = join(directory, store.name);
      store.save(path);
      const copy = createStores()[place]!;
      await copy.load(path);
      assert.deepEqual(contentsOf(copy), contentsOf(store));
      assert.equal(copy.newest, store.newest);
      const more = recordsOf(Array.from({ length: 500 }, (_, index) => reportOf(index, 1, 1)));
      for (const each of [store, copy]) await ask(handlerOf(each), "POST", "/reports", more, BINARY);
      assert.deepEqual(contentsOf(copy), contentsOf(store));
      const whole = readFileSync(path);
      const damaged = whole.map((byte, at) => at === whole.length >> 1 ? byte ^ 0x80 : byte);
      const other = store.name === "memory" ? whole.map((byte, at) => at === 8 ? 2 : byte) : new Uint8Array(20);
      for (const bytes of [whole.subarray(0, whole.length >> 1), whole.subarray(0, 5), other, damaged]) {
        // SQLite has no checksums: it tells only of what breaks its pages.
        if (store.name !== "memory" && bytes === damaged) continue;
        writeFileSync(path, bytes);
        const fresh = createStores()[place]!;
        const loading = async (): Promise<void> => await fresh.load(path);
        await assert.rejects(loading, {
          name: "SnapshotError",
          message: /^Cannot load .*; the file is left as it is$/s,
        });
        assert.deepEqual(new Uint8Array(readFileSync(path)), new Uint8Array(bytes));
        // Whoever refused to load keeps nothing of the file.
        if (store.name === "memory") assert.match(fresh.close(), / 0 bytes live/);
        else fresh.close();
      }
      store.close();
      copy.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("SIGTERM under load saves all that was answered for, and leaves nothing live", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fleet-"));
  const snapshot = join(directory, "devices");
  const server = new RunningExample("fleet", ["--port=0", "--devices=1000", `--snapshot=${snapshot}`]);
  try {
    const [, url] = await server.printed(/Listening on (\S+) \(memory\)/);
    let created = 1000;
    let going = true;
    const load = async (client: number): Promise<void> => {
      for (let step = 0; going; step++) {
        const devices = Array.from(
          { length: 100 },
          (_, index) => deviceOf(1000 + (step * 4 + client) * 100 + index, 1),
        );
        try {
          const response = await fetch(`${url}/reports`, { method: "POST", body: recordsOf(devices), headers: BINARY });
          const answer = await response.json() as { created: number };
          created += answer.created;
        } catch {
          return; // The server has closed the connection.
        }
      }
    };
    const clients = [0, 1, 2, 3].map(load);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await server.stop(), 0);
    going = false;
    await Promise.all(clients);
    assert.match(server.output, /0 bytes live, 0 blocks escaped, 0 in quarantine\nClosed\n$/);
    const saved = Number(/Saved (\d+) devices/.exec(server.output)![1]);
    assert.ok(saved >= created && saved <= created + 400, `${saved} saved, ${created} answered for`);
    const next = new RunningExample("fleet", ["--port=0", `--snapshot=${snapshot}`]);
    await next.printed(new RegExp(`Loaded ${saved} devices`));
    await next.printed(/Listening/);
    assert.equal(await next.stop(), 0);
  } finally {
    server.kill();
    rmSync(directory, { recursive: true });
  }
});
