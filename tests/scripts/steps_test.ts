import assert from "node:assert/strict";
import { test } from "node:test";
import { listTestFiles } from "../../scripts/test/sources.mjs";

interface Step {
  readonly name: string;
  readonly files?: readonly string[];
}

// As text, so that the type check does not follow it into the scripts, which have no types.
const module: string = new URL("../../scripts/test/steps.mjs", import.meta.url).href;
const { createSteps } = await import(module) as { createSteps(tools: unknown): Step[] };

const LIBRARIES = ["2.0.9", "3.0.1", "3.6.0"].map((version) => ({ version, path: `libmimalloc-${version}.so` }));

/** The files of the suite on one runtime with one library. */
function filesOf(name: string): string[] {
  return createSteps({ deno: "deno", bun: "bun", libraries: LIBRARIES })
    .filter((step) => step.name === name || step.name.startsWith(`${name}:`))
    .flatMap(({ files = [] }) => files)
    .sort();
}

test("createSteps() runs every file of the suite on both runtimes with the newest library", () => {
  assert.deepEqual(filesOf("deno:3.6.0"), listTestFiles());
  assert.deepEqual(filesOf("bun:3.6.0"), listTestFiles());
});

test("createSteps() leaves out with older libraries what is about the project alone", () => {
  for (const name of ["deno:2.0.9", "bun:2.0.9", "deno:3.0.1", "bun:3.0.1"]) {
    const left = new Set(filesOf(name));
    const out = (listTestFiles() as string[]).filter((file) => !left.has(file));
    assert.ok(out.includes("tests/house_test.ts") && out.includes("tests/scripts/steps_test.ts"));
    assert.deepEqual(
      out.filter((file) =>
        !/^tests\/(?:bench|scripts)\/|^tests\/house|\/(?:page|leaking_service|native_leaks|speedscope|duckdb)_test\.ts$/
          .test(
            file,
          ) && !/\/(?:fleet|loops|request_scopes|chosen_keys|forty_sites|latency_histogram|serial)_test\.ts$/.test(file)
      ),
      [],
    );
  }
});

test("createSteps() runs what calls C without guards, and what drives it to its limits, in processes of their own", () => {
  const steps = createSteps({ deno: "deno", bun: "bun", libraries: LIBRARIES });
  for (
    const [part, pattern] of [["symbols", /^tests\/ffi\/symbols\//], [
      "limits",
      /^tests\/(safety|fuzz|upstream)\//,
    ]] as const
  ) {
    const apart = steps.filter(({ name }) => name.endsWith(`:${part}`));
    assert.equal(apart.length, 6);
    for (const { files = [] } of apart) {
      assert.ok(files.length > 0);
      assert.deepEqual(files.filter((file) => !pattern.test(file)), []);
    }
  }
});
