import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { losesAlignedBlocks } from "../../ffi/aligned_blocks.ts";
import { library, loadLibrary, optionsOf } from "../../ffi/mod.ts";
import { stats } from "../../mod.ts";
import { ENDS_PROGRAMS } from "../_preloading.ts";
import { Cli, DENO, ROOT, runCli } from "./_cli.ts";

const skip = process.platform !== "linux" || (ENDS_PROGRAMS && "this build is refused");

/** Takes 50 MiB from the process's allocator and tells whether a libmimalloc is mapped. */
const FIFTY_MIB = "const kept = []; for (let i = 0; i < 50; i++) kept.push(new Uint8Array(2 ** 20).fill(1)); " +
  'console.log(kept.length, Deno.readTextFileSync("/proc/self/maps").includes("libmimalloc"));';

const PRINT_ENVIRONMENT = "console.log(JSON.stringify(Deno.env.toObject()));";

/** Peak of the committed memory in MiB, by the statistics that mimalloc prints. */
function peakCommitted(statistics: string): number {
  const [, value, unit] = /committed *: *([\d.]+) ([KMG])iB/.exec(statistics) ?? [];
  return Number(value) * ({ K: 2 ** -10, M: 1, G: 2 ** 10 }[unit ?? ""] ?? NaN);
}

async function environmentOf(args: readonly string[], env?: Record<string, string>): Promise<Record<string, string>> {
  const ended = await runCli(["run", ...args, "--", DENO, "eval", PRINT_ENVIRONMENT], env ? { env } : {});
  assert.equal(ended.status, 0, ended.stderr);
  return JSON.parse(ended.stdout);
}

test("mimalloc run puts a whole Deno program on mimalloc and shows its statistics", { skip }, async () => {
  const plain = spawnSync(DENO, ["eval", FIFTY_MIB], { encoding: "utf8" });
  assert.equal(plain.stdout, "50 false\n");
  const ended = await runCli(["run", "--show-stats", "--", DENO, "eval", FIFTY_MIB]);
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(ended.stdout, "50 true\n");
  assert.ok(peakCommitted(ended.stderr) >= 50, ended.stderr);
  if (stats().freeCount !== undefined) assert.match(ended.stderr, /requested~ +: +5\d\.\d MiB/);
});

test("mimalloc run prints no statistics unless they are asked for, not even its own", { skip }, async () => {
  const quiet = await runCli(["run", "--", DENO, "eval", FIFTY_MIB]);
  assert.deepEqual([quiet.stdout, quiet.stderr], ["50 true\n", ""]);
  const asked = await runCli(["run", "--", DENO, "eval", "0"], { env: { MIMALLOC_SHOW_STATS: "1" } });
  assert.equal(asked.stderr.match(/committed/g)?.length, 1, asked.stderr);
});

test("mimalloc run passes arguments and the exit code on", { skip }, async () => {
  const ended = await runCli(["run", "--", "sh", "-c", 'echo "$0" "$1"; exit 7', "--help", "a b"]);
  assert.deepEqual([ended.status, ended.stdout], [7, "--help a b\n"]);
});

test("mimalloc run hands options on as environment variables", { skip }, async () => {
  const known = optionsOf(library().version);
  const delay = "purge_delay" in known ? "purge_delay" : "decommit_delay";
  const given = ["--option", `${delay}=-1`, "--option", "show_errors=true", "--option=reserve_os_memory=64MiB"];
  const environment = await environmentOf(given, { MIMALLOC_SHOW_ERRORS: "0" });
  assert.equal(environment[`MIMALLOC_${delay.toUpperCase()}`], "-1");
  assert.equal(environment["MIMALLOC_SHOW_ERRORS"], "1");
  assert.equal(environment["MIMALLOC_RESERVE_OS_MEMORY"], "65536KiB");
});

test("mimalloc run sets options that mimalloc obeys", { skip }, async () => {
  const args = ["run", "--show-stats", "--option", "reserve_os_memory=2GiB", "--", DENO, "eval", "0"];
  const { stderr } = await runCli(args);
  assert.match(stderr, /reserved *: *(?:2\.\d|3\.\d) GiB/, stderr);
});

test("mimalloc run keeps what is preloaded and lets --lib win over MIMALLOC_PATH", { skip }, async () => {
  const { path } = loadLibrary();
  const given = { MIMALLOC_PATH: "/nowhere/libmimalloc.so", LD_PRELOAD: "libm.so.6" };
  const environment = await environmentOf(["--lib", path], given);
  assert.equal(environment["LD_PRELOAD"], `${path}:libm.so.6`);
  assert.equal(environment["MIMALLOC_PATH"], path);
});

test("mimalloc run inside mimalloc run preloads the library once", { skip }, async () => {
  const { path } = loadLibrary();
  const environment = await environmentOf([], { LD_PRELOAD: path });
  assert.equal(environment["LD_PRELOAD"], path);
});

test("mimalloc run lets the program open the same library itself", { skip }, async () => {
  const { path } = loadLibrary();
  const ended = await runCli([
    "run",
    "--lib",
    path,
    "--",
    DENO,
    "run",
    "-A",
    "--no-check",
    `${ROOT}tests/cli/_uses_library.ts`,
  ], { env: { MIMALLOC_PATH: "" } });
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(ended.stdout, `${path} 500\n`);
});

test("mimalloc run keeps aligned blocks of the program apart, also on 3.0.0 and 3.0.1", { skip }, async () => {
  const program = [DENO, "run", "-A", "--no-check", `${ROOT}tests/ffi/symbols/_aligned_blocks.ts`];
  const ended = await runCli(["run", "--", ...program]);
  assert.deepEqual([ended.status, ended.stdout], [0, "apart\n"], ended.stderr);
  if (!losesAlignedBlocks(library().version)) return;
  const given = await environmentOf(["--option", "page_full_retain=2"]);
  assert.equal(given["MIMALLOC_PAGE_FULL_RETAIN"], "2");
});

test("mimalloc run refuses secure builds of 3.0.0 and 3.0.1, which end programs that are in order", {
  skip: process.platform !== "linux" || !ENDS_PROGRAMS,
}, async () => {
  const { status, stderr } = await runCli(["run", "--", DENO, "eval", "0"]);
  assert.equal(status, 2, stderr);
  assert.match(
    stderr,
    /Cannot run a program on .*: it is a secure build of mimalloc 3\.0\.[01], which takes the end of /,
  );
});

test("mimalloc run passes SIGINT and other signals on", { skip }, async () => {
  const script = `for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
    Deno.addSignalListener(signal, () => {
      console.log(signal);
      if (signal === "SIGTERM") Deno.exit(9);
    });
  }
  console.log("ready");
  setInterval(() => {}, 1000);`;
  const cli = new Cli(["run", "--", DENO, "eval", script]);
  await cli.printed("ready");
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) {
    cli.send(signal);
    await cli.printed(signal);
  }
  const { status, stdout } = await cli.ended();
  assert.equal(status, 9);
  assert.equal(stdout, "ready\nSIGINT\nSIGHUP\nSIGTERM\n");
});

test("mimalloc run ends by the signal that ended the program", { skip }, async () => {
  // Many at once, because a busy machine delays the end of the handlers.
  const own = await Promise.all(Array.from({ length: 8 }, () => runCli(["run", "--", "sh", "-c", "kill -TERM $$"])));
  for (const { signal, status, stderr } of own) assert.deepEqual([signal ?? status, stderr], ["SIGTERM", ""]);
  const cli = new Cli(["run", "--", DENO, "eval", "console.log(Deno.pid, 'ready'); setInterval(() => {}, 1000);"]);
  await cli.printed("ready");
  cli.send("SIGTERM");
  const sent = await cli.ended();
  assert.equal(sent.signal ?? sent.status, "SIGTERM");
  assert.throws(() => process.kill(Number.parseInt(sent.stdout), 0), { code: "ESRCH" });
});

test("mimalloc run reports a crash and exits with the code that a shell would give", { skip }, async () => {
  const { status, stderr } = await runCli(["run", "--", "sh", "-c", "kill -SEGV $$"]);
  assert.equal(status, 139);
  assert.equal(stderr, "mimalloc run: sh was ended by SIGSEGV\n");
});
