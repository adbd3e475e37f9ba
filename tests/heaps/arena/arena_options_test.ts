import assert from "node:assert/strict";
import process from "node:process";
import { before, describe, test } from "node:test";
import { arenaRules, isPresent, library } from "../../../ffi/mod.ts";
import { Arena } from "../../../mod.ts";
import { takesPinned } from "../../_build.ts";
import { runProgram } from "../../_program.ts";
import { MIB } from "../_support.ts";
import { HAS_ARENAS, ofArenas } from "../../_arenas.ts";

interface Found {
  readonly reserved: number;
  readonly mapped: number;
  readonly committed: readonly boolean[];
  readonly written: readonly number[];
  readonly kept?: readonly number[];
  readonly described?: Record<"plain" | "node" | "shared", string> & { readonly pinned?: string };
}

const { version } = library();
const { major } = version;
/** Since 2.2.6 and 3.1.6 memory that is known to be zero is not written again. */
const trustsZeros = isPresent(version, { since: "2.2.6", missing: ["3.0.0 to 3.1.5"] });
const onLinux = { skip: process.platform === "linux" ? ofArenas.skip : "it is not Linux" };
/** What mimalloc prints of an arena tells more from 3.3 on. */
const describes = library().sharedHeaps && isPresent(version, { since: "3.3.0" });

describe("options of arenas in a process of their own", () => {
  let found: Found;

  before(async () => {
    if (!HAS_ARENAS) return;
    const { code, stdout, stderr } = await runProgram("tests/heaps/arena/_arena_options.ts");
    assert.equal(code, 0, stderr);
    found = JSON.parse(stdout);
  });

  test("Arena.reserve() and Arena.map() that are not exclusive take blocks of any heap", ofArenas, () => {
    assert.ok(found.reserved > 30, `${found.reserved} of 40 blocks`);
    assert.ok(found.mapped > 20, `${found.mapped} of 60 blocks`);
  });

  test("Arena.reserve() without commit leaves the area inaccessible until it is used", onLinux, () => {
    assert.deepEqual(found.committed, [true, false]);
  });

  test("Arena.manage() of zeroed memory saves writing zeros on newer versions", {
    skip: onLinux.skip || (library().build.type === "debug" ? "some debug builds write every byte" : false),
  }, () => {
    const [zeroed, other] = found.written;
    assert.ok(other! >= 8 * MIB);
    assert.ok(trustsZeros ? zeroed! < MIB : zeroed! >= 8 * MIB, `${zeroed} bytes`);
  });

  test("Arena.manage() of pinned memory keeps it resident", {
    skip: onLinux.skip || (takesPinned() ? false : "secure builds take no pinned memory"),
  }, () => {
    const [pinned, other] = found.kept!;
    assert.ok(pinned! >= 8 * MIB);
    assert.ok(major < 3 || other! < 4 * MIB, `${other} bytes`);
  });

  test("Arena.map() and Arena.manage() pass node, exclusiveness and pinning to mimalloc", {
    skip: describes ? false : "mimalloc 3.3 prints it",
  }, () => {
    const { plain, node, shared: open, pinned } = found.described!;
    assert.match(plain, /^arena \d+ at .*\(64 MiB\), exclusive, .*numa: -1$/);
    assert.match(node, /numa: 3$/);
    assert.ok(!open.includes("exclusive"), open);
    if (takesPinned()) assert.match(pinned!, /, pinned, exclusive,/);
  });
});

test("Arena.reserve(), map() and manage() refuse more than an arena of the version can have", () => {
  const { largest } = arenaRules(library().version);
  const message = new RegExp(`from 1 to ${largest}$`);
  assert.throws(() => Arena.reserve(largest + 1), { name: "RangeError", message });
  assert.throws(() => Arena.map(largest + 1), { name: "RangeError", message });
  const memory = { address: 2 ** 40, byteLength: largest + 32 * MIB };
  assert.throws(() => Arena.manage(memory), { name: "RangeError", message: new RegExp(`up to ${largest}$`) });
});
