// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The list of steps. A step is `{ name, run }`; `run` resolves to
// `{ passed, failed, skipped, output }`.
import { hasApt } from "../setup/apt.mjs";
import { findMissing } from "../setup/debian_libraries.mjs";
import { writeExampleTests } from "./examples.mjs";
import { testPackage } from "./package.mjs";
import { run } from "./run.mjs";
import { listCheckedFiles, listTestFiles, readConfiguration } from "./sources.mjs";
import { runSuite } from "./suites.mjs";
import { emitDeclarations, runTypeTests, runWrongTypeTest } from "./types.mjs";

/** A step that counts one: `execute` resolves to `{ code, output }`. */
function createCheck(name, execute) {
  return {
    name,
    run: async () => {
      const { code, output } = await execute();
      const failed = code === 0 ? 0 : 1;
      return {
        passed: 1 - failed,
        failed,
        skipped: 0,
        output: `${output.trimEnd()}\n(ended with ${code})`,
      };
    },
  };
}

/** The checks, cheapest first. */
function createChecks({ deno }) {
  const checkWithDeno = (name, args) => createCheck(name, () => run(deno, args()));
  return [
    checkWithDeno("lint", () => ["lint"]),
    checkWithDeno("format", () => ["fmt", "--check"]),
    checkWithDeno("check", () => ["check", ...listCheckedFiles()]),
    createCheck("declarations", emitDeclarations),
    // With @types/node installed this prints "Failed resolving types" (Deno 2.9); the exit code is right.
    checkWithDeno(
      "doc",
      () => ["doc", "--lint", ...Object.values(readConfiguration().exports)],
    ),
    checkWithDeno("publish", () => ["publish", "--dry-run", "--allow-dirty"]),
    createCheck("tsd", runTypeTests),
    createCheck("tsd:wrong", runWrongTypeTest),
  ];
}

/** The examples of the documentation, on the newest library. */
function createExampleSteps(runtimes, library) {
  let written;
  return runtimes.map(([runtime, executable]) => {
    const name = `${runtime}:examples`;
    const check = runtime === "deno";
    return {
      name,
      run: () => {
        written ??= writeExampleTests();
        return runSuite({
          name,
          runtime,
          executable,
          library,
          files: written,
          check,
        });
      },
    };
  });
}

/**
 * Whether the suite runs on every generation of the library. Where a Debian
 * package manager can fetch them, a missing one is a failure; elsewhere the
 * suite runs on what the system has, and the others count as skipped.
 */
function createLibraryStep({ libraries }) {
  return {
    name: "libraries",
    run: () => {
      const missing = findMissing(
        libraries.map(({ version }) => ({ version, headers: true })),
      );
      const [failed, skipped] = hasApt() ? [missing.length, 0] : [0, missing.length];
      const output = `Missing: ${missing.map(({ name }) => name).join(", ")}`;
      return { passed: failed === 0 ? 1 : 0, failed, skipped, output };
    },
  };
}

/**
 * What browsers, other tools, commands of a document and whole servers show, and what is computed in JavaScript alone: hashes,
 * formats of bytes, histograms, the statistics of leaks. Each takes long.
 */
const ABOUT_OTHERS = new Set([
  "tests/examples/fleet_test.ts",
  "tests/examples/loops_test.ts",
  "tests/examples/request_scopes_test.ts",
  "tests/observe/dashboard/page_test.ts",
  "tests/observe/leaks/forty_sites_test.ts",
  "tests/observe/leaks/native_leaks_test.ts",
  "tests/observe/profile/speedscope_test.ts",
  "tests/observe/prometheus/leaking_service_test.ts",
  "tests/realtime/latency/latency_histogram_test.ts",
  "tests/soak/fleet_test.ts",
  "tests/stl/bytes/serial_test.ts",
  "tests/stl/hash/chosen_keys_test.ts",
  "tests/tables/arrow/duckdb_test.ts",
]);

/** Whether a test file is about the project or the programs of others, and the library makes no difference to it. */
function isAboutProject(file) {
  return /^tests\/(scripts\/|bench\/|house)/.test(file) || ABOUT_OTHERS.has(file);
}

/**
 * What runs in a process of its own: what calls C without the library's guards leaves heaps, counters and options behind
 * that other tests would see, what drives the library to its limits takes arenas, of which 2.0.9 has 64 for a process,,
 * realtime heaps tell mimalloc to give no memory back, and what observes is told of every heap that other tests have left.
 */
const APART = {
  symbols: /^tests\/ffi\/symbols\//,
  limits: /^tests\/(safety|fuzz|upstream)\//,
  realtime: /^tests\/realtime\//,
  observe: /^tests\/observe\//,
};

/** The suite on one runtime with one library. */
function createSuiteSteps({ runtime, executable, library, listsSkipped = false }, testFiles = listTestFiles()) {
  const name = `${runtime}:${library.name ?? library.version}`;
  const apart = Object.entries(APART);
  return [
    { name, files: testFiles.filter((file) => !apart.some(([, pattern]) => pattern.test(file))) },
    ...apart.map(([part, pattern]) => ({
      name: `${name}:${part}`,
      files: testFiles.filter((file) => pattern.test(file)),
    })),
  ].map(({ name, files }) => ({
    name,
    files,
    listsSkipped,
    run: () => runSuite({ name, files, runtime, executable, library }),
  }));
}

/** The suite on both runtimes with libraries that `--library` names. */
export function createGivenSteps(tools, libraries) {
  const runtimes = [["deno", tools.deno], ["bun", tools.bun]];
  const files = listTestFiles().filter((file) => !isAboutProject(file));
  return libraries.flatMap((library) => {
    const { name, refusal } = library;
    if (refusal !== undefined) return [createCheck(name, () => ({ code: "a refusal", output: refusal }))];
    return runtimes.flatMap(([runtime, executable]) =>
      createSuiteSteps({ runtime, executable, library, listsSkipped: true }, files)
    );
  });
}

/** Every step for the tools that the setup found, in the order in which they start. */
export function createSteps(tools) {
  const runtimes = [["deno", tools.deno], ["bun", tools.bun]];
  // The newest one first: it is the one that most work is done on.
  const libraries = tools.libraries.toReversed();
  const all = listTestFiles();
  const suites = libraries.flatMap((library, index) =>
    runtimes.flatMap(([runtime, executable]) =>
      createSuiteSteps(
        { runtime, executable, library },
        // Once on each runtime is enough for these.
        index === 0 ? all : all.filter((file) => !isAboutProject(file)),
      )
    )
  );
  return [
    createLibraryStep(tools),
    ...createChecks(tools),
    createCheck("package", () => testPackage(tools, libraries[0])),
    ...createExampleSteps(runtimes, libraries[0]),
    ...suites,
  ];
}
