import assert from "node:assert/strict";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../ffi/mod.ts";

// The scripts are plain JavaScript, in variables so that their types are not looked for.
const [librariesModule, stepsModule] = ["given_libraries.mjs", "steps.mjs"].map((name) =>
  new URL(`../../scripts/test/${name}`, import.meta.url).href
) as [string, string];
const { describeLibraries, nameBuild } = await import(librariesModule);
const { createGivenSteps } = await import(stepsModule);

const bun = path.resolve("node_modules/.bin/bun");

test("nameBuild() gives builds of one version different names", () => {
  const plain = { type: "release", secureLevel: "unknown", encodedFreeLists: false, guarded: "unknown" };
  assert.equal(nameBuild("2.1.9", plain), "2.1.9");
  assert.equal(nameBuild("2.1.9", { ...plain, encodedFreeLists: true }), "2.1.9-secure");
  assert.equal(nameBuild("2.1.9", { ...plain, type: "debug", encodedFreeLists: true }), "2.1.9-debug");
  assert.equal(
    nameBuild("3.6.0", { ...plain, type: "debug", secureLevel: 4, guarded: true }),
    "3.6.0-debug-secure-guarded",
  );
});

test("describeLibraries() names what a file tells of itself, twice where it is given twice", async () => {
  const { path: file, versionText } = library();
  const [first, second] = await describeLibraries(bun, [file, file]);
  assert.deepEqual([first.version, first.path], [versionText, file]);
  assert.ok(first.name.startsWith(versionText));
  assert.equal(second.name, `${first.name}#2`);
});

test("describeLibraries() keeps the reason of a refusal, which becomes a step that fails", async () => {
  const [refused] = await describeLibraries(bun, ["package.json"]);
  assert.match(refused.refusal, /package\.json/);
  const steps = createGivenSteps({ deno: "deno", bun }, [refused]);
  assert.deepEqual(steps.map(({ name }: { name: string }) => name), [path.resolve("package.json")]);
  const { failed, output } = await steps[0].run();
  assert.equal(failed, 1);
  assert.match(output, /package\.json/);
});

test("describeLibraries() refuses a file that is not there", async () => {
  await assert.rejects(
    describeLibraries(bun, ["/nowhere/libmimalloc.so"]),
    /Cannot test .*nowhere.*: there is no such file/,
  );
});

test("createGivenSteps() leaves out what is about the project alone", () => {
  const given = [{ name: "2.1.9", version: "2.1.9", path: process.execPath }];
  const files: string[] = createGivenSteps({ deno: "deno", bun }, given).flatMap((step: { files: string[] }) =>
    step.files
  );
  assert.ok(files.includes("tests/heaps/heap/heap_free_test.ts"));
  assert.deepEqual(files.filter((file) => /^tests\/(?:house|scripts|bench)/.test(file)), []);
});

test("createGivenSteps() makes the whole suite on both runtimes of each library", () => {
  const given = [{ name: "2.1.9-secure", version: "2.1.9", path: process.execPath }];
  const names = createGivenSteps({ deno: "deno", bun }, given).map(({ name }: { name: string }) => name);
  assert.deepEqual(names, [
    "deno:2.1.9-secure",
    "deno:2.1.9-secure:symbols",
    "deno:2.1.9-secure:limits",
    "deno:2.1.9-secure:realtime",
    "deno:2.1.9-secure:observe",
    "bun:2.1.9-secure",
    "bun:2.1.9-secure:symbols",
    "bun:2.1.9-secure:limits",
    "bun:2.1.9-secure:realtime",
    "bun:2.1.9-secure:observe",
  ]);
});
