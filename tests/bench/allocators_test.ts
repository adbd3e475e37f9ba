import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { RUNTIME } from "../_program.ts";

/** An allocator, and what was measured: as scripts/allocators/ has them in plain JavaScript. */
interface Allocator {
  name: string;
  kind: string;
  isOffered: boolean;
  libraries?: string[];
  reason?: string;
}
interface Result {
  name: string;
  table: string;
  samples: Record<string, Record<string, number>[]>;
  failures: Record<string, string>;
}
interface Section {
  name: string;
  table: string;
  run?: (allocator: Allocator, round: number) => Record<string, number>;
}
interface Loop {
  name: string;
  program: string;
  tiny: string[];
}
interface Modules {
  LOOPS: readonly Loop[];
  compile(root: string, name: string): string;
  runLoop(
    programs: { measure: string; file: string },
    parameters: readonly string[],
    allocator: { libraries: string[] },
  ): { checksum: string; seconds: number; peakBytes: number };
  medianInterval(samples: readonly number[]): [number, number] | undefined;
  pairedRatios(samples: readonly (number | null)[], reference: readonly (number | null)[]): number[];
  formatRatio(ratios: readonly number[]): string;
  listUnmeasured(results: readonly Result[], allocators: readonly Allocator[]): string[];
  measureRounds(
    sections: readonly Section[],
    allocators: readonly Allocator[],
    runs: number,
    report: (line: string) => void,
  ): Promise<Result[]>;
  judgeClaims(
    results: readonly Result[],
    allocators: readonly Allocator[],
  ): { claim: string; seen: string; verdict: string }[];
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const files = ["loops", "run_measured", "statistics", "tables", "rounds", "claims"];
const modules = await Promise.all(
  files.map((name) => import(new URL(`../../scripts/allocators/${name}.mjs`, import.meta.url).href)),
);
const allocators: Modules = Object.assign({}, ...modules);

/** Programs of C and commands of Node.js do the same whatever has started them. */
const skip = process.platform !== "linux"
  ? "these programs are for Linux"
  : RUNTIME === "bun" && "the tests under Deno have run them";

const GLIBC: Allocator = { name: "glibc", kind: "glibc", isOffered: true, libraries: [] };
const OURS: Allocator = { name: "mimalloc 3", kind: "mimalloc", isOffered: true, libraries: ["/x"] };

test("medianInterval() is the whole range of six samples, less of ten, and nothing of five", () => {
  assert.deepEqual(allocators.medianInterval([6, 1, 5, 2, 4, 3]), [1, 6]);
  assert.deepEqual(allocators.medianInterval([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), [2, 9]);
  assert.equal(allocators.medianInterval([1, 2, 3, 4, 5]), undefined);
});

test("pairedRatios() compares samples of the same round and leaves out what one of them lacks", () => {
  assert.deepEqual(allocators.pairedRatios([2, 9, null, 8], [1, 3, 5, 0]), [2, 3]);
  assert.equal(allocators.formatRatio([0.5, 0.5, 0.6, 0.7, 0.7, 0.9]), "× 0.65 (0.50–0.90)");
  assert.equal(allocators.formatRatio([0.5]), "× 0.50");
});

test("measureRounds() leaves out an allocator that fails, listUnmeasured() names it and what was not to be had", async () => {
  const order: string[] = [];
  const run = ({ name }: Allocator, round: number): Record<string, number> => {
    order.push(`${name} ${round}`);
    if (name === "broken") throw new Error("it ended with 134");
    return { seconds: round + 1 };
  };
  const all = [
    GLIBC,
    OURS,
    { name: "broken", kind: "jemalloc", isOffered: true, libraries: ["/y"] },
    { name: "absent", kind: "tcmalloc", isOffered: true, reason: "the mirror does not answer" },
    { name: "unknown", kind: "rpmalloc", isOffered: false, reason: "there is no such package" },
  ];
  const results = await allocators.measureRounds([{ name: "one", table: "loops", run }], all, 2, () => {});
  assert.deepEqual(order, ["glibc 0", "mimalloc 3 0", "broken 0", "mimalloc 3 1", "glibc 1"]);
  assert.deepEqual(results[0]!.samples, {
    "glibc": [{ seconds: 1 }, { seconds: 2 }],
    "mimalloc 3": [{ seconds: 1 }, { seconds: 2 }],
  });
  assert.deepEqual(allocators.listUnmeasured(results, all), [
    "absent: the mirror does not answer",
    "broken in one: it ended with 134",
  ]);
  assert.deepEqual(allocators.listUnmeasured(results, all.slice(0, 2)), []);
});

test("judgeClaims() says what was reproduced, what was not and what was not measured", () => {
  const tcmalloc = { name: "tcmalloc 2", kind: "tcmalloc", isOffered: true, libraries: ["/t"] };
  const redis = (requestsPerSecond: number): Record<string, number>[] => [{ requestsPerSecond }];
  const verdicts = (ours: number): string[] => {
    const samples = { "mimalloc 3": redis(ours), "tcmalloc 2": redis(100) };
    const results = [{ name: "redis", table: "redis", samples, failures: {} }];
    return allocators.judgeClaims(results, [GLIBC, OURS, tcmalloc])
      .filter(({ claim }) => /^(Redis|Lean)/.test(claim)).map(({ verdict }) => verdict);
  };
  assert.deepEqual(verdicts(108), ["not measured", "reproduced", "not measured"]);
  assert.deepEqual(verdicts(105), ["not measured", "not reproduced", "not measured"]);
});

for (const { name, program, tiny } of allocators.LOOPS) {
  test(
    `the workload ${name} does the same work on glibc and on mimalloc`,
    { skip },
    (t) => {
      const library = process.env["MIMALLOC_PATH"];
      if (library === undefined) return t.skip("MIMALLOC_PATH names no library");
      let programs: { measure: string; file: string };
      try {
        programs = { measure: allocators.compile(ROOT, "measure"), file: allocators.compile(ROOT, program) };
      } catch (error) {
        if (!/no C compiler/.test((error as Error).message)) throw error;
        return t.skip("there is no C compiler");
      }
      const one = allocators.runLoop(programs, tiny, { libraries: [] });
      const other = allocators.runLoop(programs, tiny, { libraries: [library] });
      assert.equal(one.checksum, other.checksum);
      assert.ok(BigInt(one.checksum) > 0n);
      assert.ok(one.seconds > 0 && one.peakBytes > 100_000);
    },
  );
}

test(
  "a workload whose malloc is another one than asked for is refused",
  { skip },
  (t) => {
    let programs: { measure: string; file: string };
    try {
      programs = { measure: allocators.compile(ROOT, "measure"), file: allocators.compile(ROOT, "mstress") };
    } catch (error) {
      if (!/no C compiler/.test((error as Error).message)) throw error;
      return t.skip("there is no C compiler");
    }
    const innocent = readFileSync("/proc/self/maps", "utf8").match(/\/\S+libm\.so\.6/)?.[0];
    if (innocent === undefined) return t.skip("this process has no libm");
    assert.throws(() => allocators.runLoop(programs, ["2", "1", "1"], { libraries: [innocent] }), /malloc came from/);
  },
);

test(
  "bench --check ends with 1 when an allocator that was offered could not be measured, and names it",
  { skip, timeout: 900_000 },
  () => {
    const missing = "/no/such/libmimalloc-secure.so";
    const words = ["scripts/bench.mjs", "--check", "allocators", "--only", "glibc-simple", "--runs", "1"];
    const { status, stdout, stderr } = spawnSync("node", words, {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, TEST_SECURE_LIBRARY: missing },
    });
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^not measured: mimalloc secure: \/no\/such\/libmimalloc-secure\.so does not load: /m);
    assert.match(stdout, /glibc-simple/);
    assert.equal(readFileSync(`${ROOT}/bench/RESULTS.md`, "utf8").includes(missing), false);
  },
);
