import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, formatVersion, parseVersion, type Version, versionOf } from "../../ffi/mod.ts";

/** What `mi_version` returns for each release: MI_MALLOC_VERSION of its tag. */
const NUMBERS: Readonly<Record<string, number>> = {
  "2.0.5": 205,
  "2.0.6": 206,
  "2.0.7": 207,
  "2.0.9": 209,
  "2.1.0": 210,
  "2.1.1": 211,
  "2.1.2": 212,
  "2.1.4": 214,
  "2.1.5": 215,
  "2.1.6": 216,
  "2.1.7": 217,
  "2.1.8": 218,
  "2.1.9": 219,
  "2.2.2": 222,
  "2.2.3": 223,
  "2.2.4": 224,
  "2.2.6": 226,
  "2.2.7": 227,
  "2.3.0": 20300,
  "2.3.1": 20301,
  "2.3.2": 20302,
  "2.4.0": 20400,
  "2.4.1": 20401,
  "3.0.0": 300,
  "3.0.1": 301,
  "3.0.2": 302,
  "3.0.3": 303,
  "3.0.7": 306,
  "3.0.8": 308,
  "3.0.9": 309,
  "3.0.10": 3010,
  "3.0.11": 3011,
  "3.0.12": 3012,
  "3.1.4": 314,
  "3.1.5": 315,
  "3.1.6": 316,
  "3.2.6": 3206,
  "3.2.7": 3207,
  "3.2.8": 3208,
  "3.3.0": 30300,
  "3.3.1": 30301,
  "3.3.2": 30302,
  "3.4.0": 30400,
  "3.4.1": 30401,
  // 3.4.2 was published with the number of 3.4.1.
  "3.4.3": 30403,
  "3.6.0": 30600,
};

test("parseVersion() reads the number of every release", () => {
  for (const [text, number] of Object.entries(NUMBERS)) assert.equal(formatVersion(parseVersion(number)), text);
});

test("parseVersion() reads the numbers of older and of coming versions by their digits", () => {
  assert.deepEqual(parseVersion(188), { major: 1, minor: 8, patch: 8 });
  assert.deepEqual(parseVersion(10908), { major: 1, minor: 9, patch: 8 });
  assert.deepEqual(parseVersion(31299), { major: 3, minor: 12, patch: 99 });
  assert.deepEqual(parseVersion(101203), { major: 10, minor: 12, patch: 3 });
});

test("parseVersion() gives an object of its own each time", () => {
  assert.notEqual(parseVersion(306), parseVersion(306));
});

test("versionOf() reads what formatVersion() wrote", () => {
  for (const text of Object.keys(NUMBERS)) assert.equal(formatVersion(versionOf(text)), text);
});

test("formatVersion() writes what parseVersion() read", () => {
  assert.equal(formatVersion(parseVersion(209)), "2.0.9");
  assert.equal(formatVersion(parseVersion(301)), "3.0.1");
  assert.equal(formatVersion(parseVersion(30600)), "3.6.0");
});

test("compareVersions() orders versions by number, not by text", () => {
  const ordered: Version[] = [188, 209, 227, 301, 30_600, 31_000].map(parseVersion);
  for (const [index, older] of ordered.entries()) {
    assert.equal(compareVersions(older, { ...older }), 0);
    for (const newer of ordered.slice(index + 1)) {
      assert.ok(compareVersions(older, newer) < 0, `${formatVersion(older)} ${formatVersion(newer)}`);
      assert.ok(compareVersions(newer, older) > 0);
    }
  }
});
