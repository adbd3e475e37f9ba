/** What happens on a library that a distribution has changed, or that is newer than any that is known. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { formatVersion, library, parseVersion, releases } from "../../../ffi/mod.ts";
import { isGuarded } from "../../_build.ts";
import { runProgram } from "../../_program.ts";
import { Temporary } from "../_temporary.ts";

const LIBRARY = library().path;
const { versionText } = library();

/** Two pieces of the library of the same length: what stands there, and what stands there instead. */
type Change = readonly [from: Uint8Array, to: Uint8Array];

/** A name in the data of the library instead of another one. */
function renamed(from: string, to: string): Change {
  return [Buffer.from(`\0${from}\0`), Buffer.from(`\0${to}\0`)];
}

/** Another number in `mi_version`: `mov eax, number; ret`, in debug builds `mov eax, number; pop rbp; ret`. */
function numbered(number: number): Change {
  const end = library().build.type === "debug" ? [0x5d, 0xc3] : [0xc3];
  const code = (value: number) => Buffer.of(0xb8, ...new Uint8Array(Uint32Array.of(value).buffer), ...end);
  const { version } = library().bind("identity");
  return [code(version()), code(number)];
}

/** A copy of the library with changes, each in the one place where it can be made. */
function changedLibrary(temporary: Temporary, changes: readonly Change[]): string {
  const content = readFileSync(LIBRARY);
  const places = changes.map(([from]) => content.indexOf(from));
  for (const [index, [, to]] of changes.entries()) {
    assert.ok(places[index]! > 0, "the library has the piece that is changed");
    content.set(to, places[index]!);
  }
  return temporary.write("libmimalloc.so", content);
}

async function run(
  changes: readonly Change[],
  calls: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<unknown[]> {
  using temporary = new Temporary();
  const file = changedLibrary(temporary, changes);
  const { code, stdout, stderr } = await runProgram("tests/ffi/library/programs/use_options.ts", {
    arguments: calls,
    environment: { MIMALLOC_PATH: file, LD_PRELOAD: undefined, ...variables },
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const skip = process.platform !== "linux" || process.arch !== "x64";

test(
  "an option that the library does not list under its number is refused, and the others work",
  { skip },
  async () => {
    const changes = [renamed("use_numa_nodes", "use_numa_knobs")];
    const calls = ["numa", "setNuma", "applyNuma", "tag", "setTag", "tag", "listed", "latency"];
    const [get, set, applied, tag, , changedTag, listed, latency] = await run(changes, calls);
    const reason = `found mimalloc ${versionText} that somebody changed: its own list has no "use_numa_nodes", ` +
      `needed mimalloc ${versionText} as it was released`;
    for (const [action, error] of [["get", get], ["set", set], ["set", applied]] as const) {
      const message = `Cannot use option "use_numa_nodes" (to ${action} it): ${reason}`;
      assert.deepEqual(error, { name: "UnsupportedError", message });
    }
    assert.deepEqual([tag, changedTag], [100, 102]);
    assert.ok(!(listed as string[]).includes("use_numa_nodes"));
    assert.ok((listed as string[]).includes("os_tag"));
    assert.equal(latency, true);
  },
);

test("an option that the library lists under another number is refused with that number", { skip }, async () => {
  const changes = [renamed("show_stats", "max_errors"), renamed("max_errors", "show_stats")];
  const [errors, tag] = await run(changes, ["errors", "tag"]);
  assert.match((errors as Error).message, /: its own list has "max_errors" at number 1,/);
  assert.equal(tag, 100);
});

test("a version between those that are known goes by the options that it lists itself", {
  skip: skip ||
    (versionText.startsWith("2.") && library().build.type === "debug" ? "debug builds of 2.4 are refused" : false),
}, async () => {
  const newer = versionText.startsWith("2.") ? 20402 : versionText === releases.at(-1) ? 30700 : 30500;
  const known = Object.keys(await listed());
  const changes = [numbered(newer), renamed("show_stats", "max_errors"), renamed("max_errors", "show_stats")];
  const [version, errors, tag, list] = await run(changes, ["version", "errors", "tag", "listed"]);
  assert.equal(version, formatVersion(parseVersion(newer)));
  assert.deepEqual([errors, tag], [0, 100]);
  assert.deepEqual((list as string[]).toSorted(), known.toSorted());
});

async function listed(): Promise<Record<string, true>> {
  const [names] = await run([], ["listed"]);
  return Object.fromEntries((names as string[]).map((name) => [name, true]));
}

test("a library that is newer than any that is known and lacks what the newest has is refused", { skip }, async () => {
  const changes = [numbered(30700), renamed("mi_register_error", "mi_register_erros")];
  const [refused] = await run(changes, ["tag"]) as Error[];
  assert.equal(refused?.name, "LibraryLoadError");
  assert.match(
    refused.message,
    /: it is mimalloc 3\.7\.0, newer than any that is known \(3\.6\.0\), and lacks (.*, )?mi_register_error/,
  );
});

test("a function that somebody took out of a known version throws UnsupportedError", { skip }, async () => {
  using temporary = new Temporary();
  const file = changedLibrary(temporary, [renamed("mi_register_error", "mi_register_erros")]);
  const { code, stdout, stderr } = await runProgram("tests/ffi/library/programs/listen_to_errors.ts", {
    environment: { MIMALLOC_PATH: file },
  });
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    `UnsupportedError: Cannot use mi_register_error: found mimalloc ${versionText} that lacks it (${file}), ` +
      `needed mimalloc ${versionText} as it was released`,
  );
});

test("a library without the functions of guard pages is no guarded build, whatever the environment asks for", {
  skip: skip || (library().has("mi_heap_guarded_set_sample_rate") ? false : `${versionText} has no such functions`) ||
    (isGuarded() ? "guarded builds use them themselves" : false),
}, async () => {
  const changes = [renamed("mi_heap_guarded_set_sample_rate", "mi_heap_guarded_set_sample_rats")];
  const [version] = await run(changes, ["version"], { MIMALLOC_GUARDED_SAMPLE_RATE: "1000000" });
  assert.equal(version, versionText);
});
