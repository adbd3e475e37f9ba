import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/library/library.ts";
import { environmentName, optionsOf, optionsTable, optionsVersion } from "../../../ffi/options_table.ts";
import { parseVersion } from "../../../ffi/version.ts";
import { runProgram } from "../../_program.ts";

const options = optionsOf(library().version);

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
  // Without this variable the library turns huge pages off when it is loaded.
  const found = await readOptions({ "MIMALLOC_ALLOW_THP": "2" });
  const expected = Object.entries(options).map(([name, entry]) => [name, entry.default]);
  assert.deepEqual(found, Object.fromEntries(expected));
});

test("environmentName() gives the variable that sets the option of that name", async () => {
  const numbers = Object.entries(options)
    .filter(([name]) => !AT_LOAD.test(name))
    .map(([name, { index, unit }]) => ({ name, number: 1000 + index, unit }));
  assert.ok(numbers.length >= 18, `${numbers.length} options`);
  const found = await readOptions(Object.fromEntries(
    numbers.map(({ name, number, unit }) => [environmentName(name), unit === "KiB" ? `${number}KiB` : `${number}`]),
  ));
  const expected = numbers.map(({ name, number }) => [name, number]);
  assert.deepEqual(Object.fromEntries(numbers.map(({ name }) => [name, found[name]])), Object.fromEntries(expected));
});

test("optionsVersion() takes the newest column that is not newer than the version", () => {
  const columns = [209, 219, 301, 30403, 30600, 30701].map((number) => optionsVersion(parseVersion(number)));
  assert.deepEqual(columns, ["2.0.9", "2.0.9", "3.0.1", "3.0.1", "3.6.0", "3.6.0"]);
});

test("optionsTable numbers the options of each version without a gap", () => {
  for (const [version, column] of Object.entries(optionsTable)) {
    const indices = Object.values(column).map(({ index }) => index);
    assert.deepEqual(indices, indices.map((_, position) => position), version);
  }
});
