import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/library/library.ts";
import { readElfOptions } from "../../../ffi/binary/elf_options.ts";
import { readWith } from "../../../ffi/binary/file_reader.ts";
import { environmentName, optionsOf } from "../../../ffi/options_of.ts";
import { type OptionRow, optionsTable } from "../../../ffi/options_table.ts";
import { describeRanges, isWithin, releaseOf, releases } from "../../../ffi/releases.ts";
import { parseVersion, versionOf } from "../../../ffi/version.ts";
import { runProgram } from "../../_program.ts";
import { isSampling, optionsOfBuild } from "../../_build.ts";

const options = optionsOf(library().version);

/** Whether it may have guard pages: newer debug builds have them too, and sample nothing. */
const hasGuards = isSampling() || library().build.type === "debug";

/** Options that do something while the library is being loaded, so that no number is harmless. */
const AT_LOAD = /^(show_stats|verbose|reserve_|limit_|disallow_|destroy_on_exit|max_vabits|pagemap_|profile_)/;

/** The values of all options in a process of its own, which has no variable of mimalloc but `variables`. */
async function readOptions(variables: Record<string, string>): Promise<Record<string, number>> {
  const inherited = Object.keys(process.env).filter((name) => /^mimalloc_/i.test(name));
  const { code, stdout, stderr } = await runProgram("tests/ffi/symbols/_options_child.ts", {
    environment: {
      ...Object.fromEntries(inherited.map((name) => [name, undefined])),
      ...variables,
      MIMALLOC_PATH: library().path,
    },
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test("optionsTable has the defaults that mimalloc gives when nothing sets an option", async () => {
  // On 3.6 the library turns huge pages off when it is loaded, unless this variable is there.
  const found = await readOptions(
    "allow_thp" in options ? { "MIMALLOC_ALLOW_THP": `${options["allow_thp"]!.default}` } : {},
  );
  const expected = Object.fromEntries(Object.entries(options).map(([name, entry]) => [name, entry.default]));
  assert.deepEqual(found, { ...expected, ...optionsOfBuild() });
});

test("environmentName() gives the variable that sets the option of that name", async () => {
  const numbers = Object.entries(options)
    // A build with guard pages turns large pages off by itself as soon as it samples.
    .filter(([name]) => !AT_LOAD.test(name) && !(hasGuards && name === "allow_large_os_pages"))
    .map(([name, { index, unit }]) => ({ name, number: 1000 + index, unit }));
  assert.ok(numbers.length >= 18, `${numbers.length} options`);
  const found = await readOptions(Object.fromEntries(
    numbers.map(({ name, number, unit }) => [environmentName(name), unit === "KiB" ? `${number}KiB` : `${number}`]),
  ));
  const expected = numbers.map(({ name, number }) => [name, number]);
  assert.deepEqual(Object.fromEntries(numbers.map(({ name }) => [name, found[name]])), Object.fromEntries(expected));
});

const rows: Readonly<Record<string, readonly OptionRow[]>> = optionsTable;

test("optionsTable numbers the options of each release without a gap", () => {
  for (const release of releases) {
    const indices = Object.values(optionsOf(versionOf(release))).map(({ index }) => index);
    assert.deepEqual(indices, indices.map((_, position) => position), release);
    assert.ok(indices.length >= 24, release);
  }
});

test("optionsTable has at most one row for an option and a release, and names known releases only", () => {
  for (const [name, ranges] of Object.entries(rows)) {
    for (const { since, until } of ranges) {
      assert.ok(releases.includes(since), `${name}: ${since}`);
      assert.ok(until === undefined || releases.includes(until), `${name}: ${until}`);
    }
    for (const release of releases) {
      const holding = ranges.filter((row) => isWithin(versionOf(release), row));
      assert.ok(holding.length <= 1, `${name} ${release}`);
    }
  }
});

test("optionsOf() returns the number that allow_decommit and destroy_on_exit have in each release", () => {
  const numberOf = (release: string, name: string) => optionsOf(versionOf(release))[name]?.index;
  assert.deepEqual(
    ["2.0.5", "2.0.9", "2.1.2", "3.4.3"].map((release) => numberOf(release, "allow_decommit")),
    [21, 22, undefined, undefined],
  );
  assert.deepEqual(
    ["2.0.5", "2.0.9", "2.1.2", "3.4.3"].map((release) => numberOf(release, "destroy_on_exit")),
    [undefined, 25, 22, 22],
  );
});

test("releaseOf() returns the newest release that is not newer than the version", () => {
  const found = [209, 213, 219, 20900, 301, 3010, 30402, 30500, 30600, 30701].map((number) =>
    releaseOf(parseVersion(number))
  );
  const expected = ["2.0.9", "2.1.2", "2.1.9", "2.4.1", "3.0.1", "3.0.10", "3.4.2", "3.4.3", "3.6.0", "3.6.0"];
  assert.deepEqual(found, expected);
});

test("describeRanges() joins ranges that no release separates", () => {
  assert.equal(describeRanges([{ since: "2.1.2", until: "2.4.1" }, { since: "3.0.0" }]), "2.1.2 and newer");
  assert.equal(
    describeRanges([{ until: "2.0.9" }, { since: "3.0.2", until: "3.0.2" }, { since: "3.1.4" }]),
    "2.0.5 to 2.0.9, 3.0.2, 3.1.4 and newer",
  );
});

test("readElfOptions() reads from the file the options that the table has for its version", {
  skip: process.platform !== "linux",
}, () => {
  assert.deepEqual(readWith(library().path, readElfOptions), Object.keys(options));
  assert.equal(
    readWith(process.execPath, (file) => readElfOptions({ ...file, byteLength: 64, read: none })),
    undefined,
  );
});

function none(): DataView {
  return new DataView(new ArrayBuffer(0));
}
