import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, formatVersion, parseVersion, type Version } from "../../ffi/mod.ts";

test("parseVersion() reads the three-digit numbers of 2.0 and 3.0", () => {
  assert.deepEqual(parseVersion(209), { major: 2, minor: 0, patch: 9 });
  assert.deepEqual(parseVersion(227), { major: 2, minor: 2, patch: 7 });
  assert.deepEqual(parseVersion(301), { major: 3, minor: 0, patch: 1 });
  assert.deepEqual(parseVersion(188), { major: 1, minor: 8, patch: 8 });
});

test("parseVersion() reads the five-digit numbers of 3.6", () => {
  assert.deepEqual(parseVersion(30600), { major: 3, minor: 6, patch: 0 });
  assert.deepEqual(parseVersion(20203), { major: 2, minor: 2, patch: 3 });
  assert.deepEqual(parseVersion(31299), { major: 3, minor: 12, patch: 99 });
});

test("formatVersion() writes what parseVersion() read", () => {
  assert.equal(formatVersion(parseVersion(209)), "2.0.9");
  assert.equal(formatVersion(parseVersion(301)), "3.0.1");
  assert.equal(formatVersion(parseVersion(30600)), "3.6.0");
});

test("compareVersions() puts versions in order by number, not by text", () => {
  const ordered: Version[] = [188, 209, 227, 301, 30_600, 31_000].map(parseVersion);
  for (const [index, older] of ordered.entries()) {
    assert.equal(compareVersions(older, { ...older }), 0);
    for (const newer of ordered.slice(index + 1)) {
      assert.ok(compareVersions(older, newer) < 0, `${formatVersion(older)} ${formatVersion(newer)}`);
      assert.ok(compareVersions(newer, older) > 0);
    }
  }
});
