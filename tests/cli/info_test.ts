import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import type { InfoReport } from "../../cli/_info_report.ts";
import { preloading } from "../_preloading.ts";
import { library, optionsOf } from "../../ffi/mod.ts";
import { type CliOptions, Directory, runCli } from "./_cli.ts";
import { optionsOfBuild } from "../_build.ts";
import { subprocessSupport } from "../../ffi/subprocess_support.ts";

const skip = process.platform !== "linux";

async function readReport(args: readonly string[], options?: CliOptions): Promise<InfoReport & { status: number }> {
  const { status, stdout, stderr } = await runCli(["info", "--json", ...args], options);
  assert.equal(stderr, "");
  return { ...JSON.parse(stdout), status };
}

/** The changed options that it tells, and their values. */
function valuesOf({ library: found }: InfoReport): Map<string, number> {
  return new Map(found!.changedOptions.map(({ name, value }) => [name, value]));
}

test("mimalloc info --json reports the library, its build and its features", async () => {
  const { status, library: found, problem, runtime, platform } = await readReport([]);
  const loaded = library();
  assert.deepEqual([status, problem], [0, null]);
  assert.deepEqual([found?.path, found?.version], [loaded.path, loaded.versionText]);
  assert.deepEqual(found?.build, loaded.build);
  assert.equal(found?.features.sharedHeaps, loaded.sharedHeaps);
  assert.equal(found?.features.subprocesses, subprocessSupport(loaded.version) !== "none");
  assert.equal(found?.features.profiler, loaded.has("mi_profiler_start"));
  const name = process.versions.bun === undefined ? "deno" : "bun";
  assert.deepEqual(runtime, { name, version: process.versions[name] });
  assert.deepEqual(platform, { os: process.platform, arch: process.arch });
});

test("mimalloc info --json reports the options that differ from their defaults", async () => {
  const known = optionsOf(library().version);
  const delay = "purge_delay" in known ? "purge_delay" : "decommit_delay";
  const ordinary = valuesOf(await readReport([]));
  const expected = new Map(Object.entries(optionsOfBuild()));
  // 3.6 turns huge pages off by itself where the system hands them out only when asked.
  if (known["allow_thp"]?.default === 2) expected.set("allow_thp", 0);
  assert.deepEqual(ordinary, expected);
  const env = { [`MIMALLOC_${delay.toUpperCase()}`]: "77", MIMALLOC_ALLOW_THP: `${known["allow_thp"]?.default}` };
  const changed = valuesOf(await readReport([], { env }));
  assert.deepEqual(changed, new Map([...Object.entries(optionsOfBuild()), [delay, 77]]));
});

test("mimalloc info --json reports where it looked before it found the library", { skip }, async () => {
  using directory = new Directory();
  const [broken, sound] = ["9.9.9", "1.0.0"].map((version) => {
    mkdirSync(join(directory.path, ".mimalloc", version), { recursive: true });
    return join(directory.path, ".mimalloc", version, "libmimalloc.so.3");
  });
  writeFileSync(broken!, "not a library");
  symlinkSync(library().path, sound!);
  const options = { directory: directory.path, env: { MIMALLOC_PATH: "" } };
  const report = await readReport([], options);
  assert.equal(report.library?.path, sound);
  assert.deepEqual(report.searched, [{
    place: broken,
    reason: "it is too small to be a library (13 bytes)",
  }]);
});

test("mimalloc info --json without a library reports the problem and exits with 1", async () => {
  const report = await readReport(["--lib", "/nowhere/lib.so"]);
  assert.equal(report.status, 1);
  assert.equal(report.library, null);
  assert.equal(report.problem, "Cannot find libmimalloc: none of these places has a usable one");
  assert.deepEqual(report.searched.map(({ reason }) => reason), ["it does not exist"]);
});

test("mimalloc info --json reports permissions in Deno and none in Bun", async () => {
  const { permissions } = await readReport([]);
  const all = { ffi: "granted", read: "granted", env: "granted", run: "granted" };
  assert.deepEqual(permissions, process.versions.bun === undefined ? all : null);
});

test("mimalloc info --json reports what is preloaded", { skip: skip || preloading.skip }, async () => {
  const { path } = library();
  assert.equal((await readReport([])).preloaded, null);
  const report = await readReport([], { env: { LD_PRELOAD: path } });
  assert.deepEqual([report.preloaded, report.library?.path], [path, path]);
});

test("mimalloc info --json reports the machine's pages and memory", { skip }, async () => {
  const { machine } = await readReport([]);
  assert.equal(machine.pageBytes, Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" })));
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  assert.equal(machine.memoryBytes, Number(/MemTotal: +(\d+)/.exec(meminfo)?.[1]) * 1024);
  assert.equal(machine.hugePages?.total, Number(/HugePages_Total: +(\d+)/.exec(meminfo)?.[1]));
  const enabled = readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "utf8");
  assert.ok(enabled.includes(`[${machine.transparentHugePages?.enabled}]`), enabled);
  assert.ok(machine.memoryLimitBytes === null || machine.memoryLimitBytes > 0);
});

test("mimalloc info prints the same facts as text", async () => {
  const { status, stdout, stderr } = await runCli(["info"]);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.ok(stdout.includes(`Library      ${library().path}\n`), stdout);
  assert.match(stdout, new RegExp(`^Version +${library().versionText}$`, "m"));
  assert.match(stdout, /^Build +(?:release|debug|unknown)$/m);
  assert.match(stdout, /^Memory +[\d.]+ [MGT]iB$/m);
  const without = await runCli(["info", "--lib", "/nowhere/lib.so"]);
  assert.equal(without.status, 1);
  assert.match(without.stdout, /^Library +Cannot find libmimalloc/m);
  assert.match(without.stdout, /^Looked at +\/nowhere\/lib\.so: it does not exist$/m);
});
