import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes } from "../../../realtime/core/format_bytes.ts";

test("formatBytes() writes three digits or so, and in full where a unit fits evenly", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [2000, "2.0 KiB"],
    [100 * 1024 + 300, "100 KiB"],
    [64 * 2 ** 20, "64 MiB"],
    [-300, "-300 B"],
    [-1536, "-1.5 KiB"],
    [2 ** 50, "1024 TiB"],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});
