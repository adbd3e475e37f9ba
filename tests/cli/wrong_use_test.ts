import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../../ffi/mod.ts";
import { ENDS_PROGRAMS, preloading } from "../_preloading.ts";
import { type CliOptions, DENO, Directory, ROOT, runCli } from "./_cli.ts";
import { optionsOf } from "../../ffi/options_of.ts";

const skip = process.platform !== "linux";
const BUN_RUNS = process.versions.bun !== undefined;
const BUN = join(ROOT, "node_modules/.bin/bun");

/** Asserts that the command ends with 2 and one line on the standard error stream, which it returns. */
async function refusal(args: readonly string[], options?: CliOptions): Promise<string> {
  const { status, stdout, stderr } = await runCli(args, options);
  assert.equal(status, 2, `${args.join(" ")}: ${stderr}`);
  assert.equal(stdout, "");
  assert.match(stderr, /^mimalloc: Cannot [^\n]+\n$/);
  return stderr;
}

const WRONG: readonly (readonly [args: readonly string[], line: RegExp])[] = [
  [[], /Cannot do nothing: the commands are info, run and top/],
  [["stop"], /Cannot do "stop": the commands are info, run and top/],
  [["top"], /Cannot run mimalloc top: no address of a dashboard, see mimalloc top --help/],
  [["top", "localhost"], /expected the address of a dashboard with its token/],
  [["top", "http://127.0.0.1:1/"], /expected the address of a dashboard with its token/],
  [["top", "http://127.0.0.1:1/?token=x"], /nobody answers at http:\/\/127\.0\.0\.1:1\n/],
  [["top", "http://127.0.0.1:1/?token=x", "--rows", "0"], /Cannot show 0 rows/],
  [["toString"], /Cannot do "toString"/],
  [["info", "now"], /unexpected argument 'now'/],
  [["info", "--yaml"], /unknown option '--yaml', see mimalloc info --help/],
  [["info", "--json=1"], /option '--json' does not take an argument/],
  [["info", "--lib"], /option '--lib <value>' argument missing/],
  [["run"], /no program behind --/],
  [["run", "--"], /no program behind --/],
  [["run", DENO, "eval", "0"], /unexpected argument/],
  [["run", "--stats", "--", DENO], /unknown option '--stats', see mimalloc run --help/],
  [["run", "--", "no-such-program"], /Cannot run no-such-program: there is no such program on the PATH/],
  [["run", "--", "./no-such-program"], /Cannot run \.\/no-such-program: there is no such program\n/],
  [["run", "--", ROOT], /there is no such program\n/],
  [["run", "--", ""], /Cannot run "": there is no such program\n/],
  [["run", "--lib", "", "--", DENO], /option '--lib' has an empty value, see mimalloc run --help/],
  [["run", "--lib", "/nowhere/lib.so", "--", DENO], /Cannot use --lib \/nowhere\/lib\.so: it does not exist\n/],
  [["run", "--lib", "/etc/passwd", "--", DENO], /Cannot use --lib \/etc\/passwd: it is not an ELF file\n/],
  [["run", "--option", "--", DENO], /option '--option <value>' argument missing/],
  [["run", "--show-stats=1", "--", DENO], /option '--show-stats' does not take an argument/],
  [["run", "-h"], /unknown option '-h', see mimalloc run --help/],
  [["info", "--lib="], /option '--lib' has an empty value, see mimalloc info --help/],
  [["--json", "info"], /Cannot do "--json"/],
];

test("wrong use of mimalloc exits with 2 and one line that says why", { skip }, async () => {
  for (const [args, line] of WRONG) assert.match(await refusal(args), line);
});

const WRONG_OPTIONS: readonly (readonly [setting: string, line: RegExp])[] = [
  ["show_errors", /Cannot set option "show_errors": it is written name=value/],
  ["=1", /Cannot set option "=1": it is written name=value/],
  ["show_erors=1", /Cannot set option "show_erors": .* the nearest is "show_errors"/],
  ["show_errors=often", /Cannot set option "show_errors" to "often": a value is an integer/],
  ["show_errors=2", /Cannot set option "show_errors" to 2: expected an integer from 0 to 1/],
  ["max_errors=1MiB", /Cannot set option "max_errors" to "1MiB"/],
  ["reserve_os_memory=-1", /Cannot set option "reserve_os_memory" to -1/],
];

test("mimalloc run refuses options and values that the library does not know", { skip }, async () => {
  for (const [setting, line] of WRONG_OPTIONS) {
    assert.match(await refusal(["run", "--option", setting, "--", DENO]), line);
  }
  const foreign = "purge_delay" in optionsOf(loadLibrary().version) ? "decommit_delay=1" : "purge_delay=1";
  assert.match(await refusal(["run", "--option", foreign, "--", DENO]), /needed mimalloc/);
});

test("mimalloc run refuses Bun by its name, through a link and through a script", { skip }, async () => {
  using directory = new Directory();
  const reason = /on mimalloc: it is Bun, whose allocator is built in and cannot be replaced/;
  assert.match(await refusal(["run", "--", BUN, "app.ts"]), reason);
  const renamed = join(directory.path, "server");
  symlinkSync(BUN, renamed);
  assert.match(await refusal(["run", "--", renamed]), reason);
  const script = join(directory.path, "script");
  writeFileSync(script, `#!/usr/bin/env -S ${renamed} --smol\nconsole.log(1);\n`);
  chmodSync(script, 0o755);
  assert.match(await refusal(["run", "--", script]), reason);
  const path = `${join(BUN, "..")}:${process.env["PATH"]}`;
  assert.match(await refusal(["run", "--", "bun"], { env: { PATH: path } }), reason);
});

test("mimalloc run runs a script whose interpreter can be preloaded", { skip: skip || ENDS_PROGRAMS }, async () => {
  using directory = new Directory();
  const script = join(directory.path, "script");
  writeFileSync(script, '#!/bin/sh\ncase "$LD_PRELOAD" in *mimalloc*) exit 3;; esac\n');
  assert.match(await refusal(["run", "--", script]), /there is no such program/);
  chmodSync(script, 0o755);
  assert.equal((await runCli(["run", "--", script])).status, 3);
});

test(
  "mimalloc run refuses a script whose interpreter is missing, and a file that is no program",
  { skip },
  async () => {
    using directory = new Directory();
    const file = (name: string, text: string): string => {
      writeFileSync(join(directory.path, name), text, { mode: 0o755 });
      return join(directory.path, name);
    };
    const script = file("script", "#!/nowhere/sh\n");
    assert.match(await refusal(["run", "--", script]), /its first line names \/nowhere\/sh, which does not exist\n/);
    for (const text of ["", "hello\n"]) {
      assert.match(await refusal(["run", "--", file("text", text)]), /it is neither an ELF program nor a script\n/);
    }
  },
);

test("mimalloc in Deno says which permission a command lacks", { skip: skip || BUN_RUNS }, () => {
  const run = (permissions: string[], args: string[]) =>
    spawnSync(DENO, ["run", "--no-check", "--no-prompt", ...permissions, `${ROOT}cli/main.ts`, ...args], {
      encoding: "utf8",
    });
  const missing = run(["--allow-env", "--allow-ffi"], ["run", "--", "true"]);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /^mimalloc: Cannot run mimalloc run: Deno requires [^\n]+ --allow-[^\n]+ with -A\n$/);
  const info = run(["--allow-env", "--allow-ffi", "--allow-read"], ["info", "--json"]);
  assert.deepEqual([info.status, info.stderr], [0, ""]);
  assert.equal(JSON.parse(info.stdout).machine.memoryBytes, null);
});

test("mimalloc run refuses a library beside a preloaded other one", { skip: skip || preloading.skip }, async () => {
  using directory = new Directory();
  const { path } = loadLibrary();
  const copy = join(directory.path, "libmimalloc-other.so");
  copyFileSync(path, copy);
  const line = await refusal(["run", "--", DENO, "eval", "0"], { env: { LD_PRELOAD: copy } });
  assert.match(line, /libmimalloc-other\.so is preloaded already, and two copies of mimalloc crash each other/);
});

test("mimalloc run refuses a library whose path LD_PRELOAD cannot hold", { skip }, async () => {
  using directory = new Directory();
  mkdirSync(join(directory.path, "a b"));
  const copy = join(directory.path, "a b", "libmimalloc.so");
  copyFileSync(loadLibrary().path, copy);
  assert.match(await refusal(["run", "--lib", copy, "--", DENO]), /LD_PRELOAD takes no path with a colon or a space/);
});

test("mimalloc run names every place that it searched when there is no library", { skip }, async () => {
  const env = { MIMALLOC_PATH: "/nowhere/lib.so" };
  const { status, stdout, stderr } = await runCli(["run", "--", DENO], { env });
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /^mimalloc: Cannot find libmimalloc: none of these places has a usable one\n/);
  assert.match(stderr, / {2}\/nowhere\/lib\.so: it does not exist\n/);
});

test("every command has its --help", async () => {
  for (const command of [[], ["info"], ["run"]]) {
    const { status, stdout, stderr } = await runCli([...command, "--help"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^ {2}mimalloc ${command[0] ?? "info"} `, "m"));
  }
});
