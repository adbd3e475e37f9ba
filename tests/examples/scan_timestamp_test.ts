import assert from "node:assert/strict";
import { test } from "node:test";
import { scanTimestamp } from "../../examples/request_scopes/scan_timestamp.ts";
import { below, seeded } from "./_seed.ts";

function scan(text: string): number | undefined {
  const times = new Float64Array(1);
  const bytes = new TextEncoder().encode(`${text},1,2,3,4\n`);
  const good = scanTimestamp(bytes, 0, bytes.indexOf(0x2c), times, 0);
  return good ? times[0] : undefined;
}

test("scanTimestamp() returns what Date.parse() returns for the years 0 to 9999", () => {
  const { random, message } = seeded();
  const first = Date.parse("0000-01-01T00:00:00Z");
  const last = Date.parse("9999-12-31T23:59:59Z");
  for (let count = 0; count < 20_000; count++) {
    const time = first + below(random, last - first);
    const iso = new Date(time).toISOString();
    const zone = ["Z", "+02:00", "-11:30", "+00:00"][below(random, 4)]!;
    const fraction = iso.slice(19, 19 + [0, 2, 3, 4][below(random, 4)]!);
    const text = iso.slice(0, 19) + fraction + zone;
    assert.equal(scan(text), Date.parse(text), `${text}: ${message}`);
  }
});

test("scanTimestamp() refuses moments that do not exist and other ways to write", () => {
  assert.notEqual(scan("2024-02-29T00:00:00Z"), undefined);
  assert.notEqual(scan("2000-02-29T00:00:00Z"), undefined);
  for (
    const text of [
      "2023-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z",
      "2024-04-31T00:00:00Z",
      "2024-13-01T00:00:00Z",
      "2024-00-01T00:00:00Z",
      "2024-01-00T00:00:00Z",
      "2024-01-01T24:00:00Z",
      "2024-01-01T00:60:00Z",
      "2024-01-01T00:00:60Z",
      "2024-01-01T00:00:00",
      "2024-01-01T00:00Z",
      "2024-01-01 00:00:00Z",
      "2024-01-01T00:00:00z",
      "2024-01-01T00:00:00.Z",
      "2024-01-01T00:00:00.1234Z",
      "2024-01-01T00:00:00+0200",
      "2024-01-01T00:00:00+24:00",
      "2024-01-01T00:00:00+02:60",
      "2024-01-01T00:00:00Zx",
      "2024-1-01T00:00:00.0Z",
      "20x4-01-01T00:00:00Z",
      "-024-01-01T00:00:00Z",
      "",
    ]
  ) assert.equal(scan(text), undefined, text);
});
