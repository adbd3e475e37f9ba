import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHugePages } from "../../cli/_machine.ts";
import { memoryCgroup, parseLimit } from "../../cli/_memory_limit.ts";

test("memoryCgroup() finds the cgroup of either version", () => {
  const first = "11:cpu,cpuacct:/\n4:memory:/user.slice/app\n0::/\n";
  assert.deepEqual(memoryCgroup(first), {
    directory: "/sys/fs/cgroup/memory/user.slice/app",
    file: "memory.limit_in_bytes",
  });
  assert.deepEqual(memoryCgroup("4:hugetlb,memory:/x\n").directory, "/sys/fs/cgroup/memory/x");
  assert.deepEqual(memoryCgroup("0::/system.slice/app.service\n"), {
    directory: "/sys/fs/cgroup/system.slice/app.service",
    file: "memory.max",
  });
  assert.equal(memoryCgroup("").directory, "/sys/fs/cgroup/");
});

test("parseLimit() returns the limit, and Infinity where there is none", () => {
  assert.equal(parseLimit("536870912"), 536_870_912);
  assert.equal(parseLimit("max"), Infinity);
  assert.equal(parseLimit("9223372036854771712"), Infinity);
  assert.equal(parseLimit(""), Infinity);
});

test("parseHugePages() reads the counts and the size", () => {
  const text = "HugePages_Total:      16\nHugePages_Free:        9\nHugepagesize:       2048 kB\n";
  assert.deepEqual(parseHugePages(text), { byteLength: 2 ** 21, total: 16, free: 9 });
  assert.equal(parseHugePages("MemTotal: 1 kB\n"), null);
});
