// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The declarations of the library, and tsd over them. tsd is vacuous on .ts
// files (0.33), so it is given a package that holds only generated .d.ts files.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { run } from "./run.mjs";
import { listFiles, readConfiguration, ROOT } from "./sources.mjs";

const TSC = "node_modules/typescript/bin/tsc";
const TSD = "node_modules/tsd/dist/cli.js";
const TYPES = path.join(ROOT, ".types");
const DECLARATIONS = path.join(TYPES, "declarations");

/** An assertion that is wrong, and what tsd has to say about it. */
const WRONG = {
  code: `import { expectType } from "tsd";
import type { Heap } from "@mimalloc/ffi";

declare const heap: Heap;
expectType<string>(heap.allocate(Float64Array, 1));
`,
  message: "Argument of type Float64Array<ArrayBuffer> is not assignable to parameter of type string",
};

let emitted;

/** Emits the declarations once per run; resolves to what tsc ended with. */
export function emitDeclarations() {
  emitted ??= (() => {
    rmSync(DECLARATIONS, { recursive: true, force: true });
    return run(process.execPath, [
      TSC,
      "--project",
      "tsconfig.declarations.json",
    ]);
  })();
  return emitted;
}

/** Builds a package of the declarations and the type tests that `write` puts in. */
async function createPackage(name, write) {
  const { code } = await emitDeclarations();
  if (code !== 0) {
    throw new Error(
      "Cannot run tsd: the declarations are faulty, see the step of that name",
    );
  }
  const directory = path.join(TYPES, name);
  rmSync(directory, { recursive: true, force: true });
  cpSync(DECLARATIONS, directory, { recursive: true });
  mkdirSync(path.join(directory, "test-d"));
  write(path.join(directory, "test-d"));
  const configuration = readConfiguration();
  const types = (file) => file.replace(/\.ts$/, ".d.ts");
  const options = {
    lib: ["esnext"],
    target: "esnext",
    module: "nodenext",
    moduleResolution: "nodenext",
  };
  const manifest = {
    name: configuration.name,
    version: configuration.version,
    type: "module",
    types: types(configuration.exports["."]),
    files: ["**/*.d.ts"],
    exports: Object.fromEntries(
      Object.entries(configuration.exports).map((
        [key, file],
      ) => [key, { types: types(file) }]),
    ),
    tsd: { directory: "test-d", compilerOptions: { strict: true, ...options } },
  };
  writeFileSync(
    path.join(directory, "package.json"),
    JSON.stringify(manifest, null, 2),
  );
  return directory;
}

/** Runs tsd on the assertions in tests/types. */
export async function runTypeTests() {
  const tests = listFiles("tests/types", /\.test-d\.ts$/);
  // tsd itself is content with nothing.
  if (tests.length === 0) {
    throw new Error("Cannot run tsd: tests/types holds no assertion");
  }
  const directory = await createPackage("package", (target) => {
    for (const file of tests) {
      cpSync(path.join(ROOT, file), path.join(target, path.basename(file)));
    }
  });
  return run(process.execPath, [TSD, directory]);
}

/** Runs tsd on one wrong assertion; succeeds when tsd refuses exactly that one. */
export async function runWrongTypeTest() {
  const directory = await createPackage("wrong", (target) => {
    writeFileSync(path.join(target, "wrong.test-d.ts"), WRONG.code);
  });
  const { code, output } = await run(process.execPath, [TSD, directory]);
  const refused = code === 1 && output.includes(WRONG.message) &&
    /\b1 error\b/.test(output);
  if (refused) return { code: 0, output };
  return {
    code: 1,
    output: `tsd should fail with this alone: ${WRONG.message}\n${output}`,
  };
}
