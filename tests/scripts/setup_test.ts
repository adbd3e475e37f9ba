import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { scripts } from "./_setup_scripts.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LIBRARIES = join(ROOT, ".mimalloc");
const NOWHERE = join(tmpdir(), "no-such-directory", "libmimalloc.so.3");
const LONG = { timeout: 300_000 };

const node = findNode();

function findNode(): string {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(directory, process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(file)) return file;
  }
  throw new Error("Cannot test the setup: there is no node on the search path");
}

/** A checkout with the npm packages, the libraries of the given versions, and nothing on the search path. */
function makeCheckout(versions: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "setup test "));
  mkdirSync(join(root, "scripts"));
  mkdirSync(join(root, "path"));
  for (const name of ["package.json", "package-lock.json", "scripts/setup.mjs", "scripts/setup"]) {
    cpSync(join(ROOT, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"), "junction");
  for (const version of versions) {
    cpSync(join(LIBRARIES, version), join(root, ".mimalloc", version), { recursive: true });
  }
  return root;
}

interface Run {
  child: ChildProcess;
  ended: Promise<{ code: number | null; signal: string | null; output: string; seconds: number }>;
}

/** Without `environment.PATH` nothing is on the search path, apt neither. */
function startSetup(root: string, environment: Record<string, string>): Run {
  const start = performance.now();
  const child = spawn(node, [join(root, "scripts", "setup.mjs")], {
    env: { ...process.env, PATH: join(root, "path"), MIMALLOC_PATH: NOWHERE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output += text);
  }
  const ended: Run["ended"] = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, output, seconds: (performance.now() - start) / 1000 });
    });
  });
  return { child, ended };
}

/** What a run left behind that it should not have. */
function leftovers(root: string): string[] {
  return existsSync(join(root, ".tmp")) ? readdirSync(join(root, ".tmp")) : [];
}

/** Makes apt believe that the machine's mirror is on this port of this machine. */
function aptEnvironment(root: string, port: number): Record<string, string> {
  const file = (name: string): string => join(root, "path", name);
  mkdirSync(file("none"), { recursive: true });
  writeFileSync(file("sources.list"), `deb http://127.0.0.1:${port}/debian bookworm main\n`);
  writeFileSync(
    file("apt.conf"),
    `Dir::Etc::sourcelist "${file("sources.list")}";\nDir::Etc::sourceparts "${file("none")}";\n` +
      `Acquire::http::Proxy::127.0.0.1 "DIRECT";\n`,
  );
  return { APT_CONFIG: file("apt.conf"), PATH: process.env["PATH"] ?? "" };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function anyLibrary(): string {
  const path = scripts.listLibraries(LIBRARIES).at(-1)?.path ?? scripts.listSystemLibraries()[0];
  assert.ok(path, "no libmimalloc on this machine: run `npm run setup`");
  return path;
}

test("setup.mjs does nothing, in one line and under 2 s, when all is there", LONG, async () => {
  const versions = scripts.listLibraries(LIBRARIES).map(({ version }) => version);
  const root = makeCheckout(versions);
  try {
    // Where Debian's packages cannot be had, the system's library has to do.
    const play = (): Run["ended"] => startSetup(root, { MIMALLOC_PATH: anyLibrary() }).ended;
    let run = await play();
    for (let again = 0; again < 10 && run.code === 0 && run.seconds >= 2; again++) run = await play();
    assert.equal(run.code, 0, run.output);
    assert.ok(run.seconds < 2, `${run.seconds} s`);
    assert.match(run.output, /deno \d+\.\d+\.\d+, bun \d+\.\d+\.\d+, libmimalloc \d+\.\d+\.\d+/);
    if (scripts.findMissing(scripts.listLibraries(LIBRARIES)).length === 0) {
      assert.match(run.output, /^Setup: already there: .*\n$/);
    }
    assert.deepEqual(leftovers(root), []);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("setup.mjs says the command to run when apt is missing, and fails without a library", LONG, async () => {
  const root = makeCheckout([]);
  try {
    // Never run: that it is on the search path is what counts.
    writeFileSync(join(root, "path", "dnf"), "", { mode: 0o755 });
    const run = await startSetup(root, {}).ended;
    assert.equal(run.code, 1, run.output);
    assert.match(run.output, /there is no apt on the search path/);
    const manager = { darwin: "brew", win32: "vcpkg" }[process.platform as string] ?? "dnf";
    assert.match(run.output, new RegExp(`What to do: (sudo )?${manager} install (-y )?mimalloc`));
    assert.match(run.output, /Cannot find a libmimalloc that loads: /);
    assert.deepEqual(leftovers(root), []);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("setup.mjs goes on with a library of the system when apt is missing", LONG, async () => {
  const root = makeCheckout([]);
  try {
    const path = anyLibrary();
    const run = await startSetup(root, { MIMALLOC_PATH: path }).ended;
    assert.equal(run.code, 0, run.output);
    assert.ok(run.output.includes(`found on the system, ${path}\n`), run.output);
    assert.match(run.output, /^Missing: .*; going on with what is there$/m);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("setup.mjs reports a library that does not load and goes on with the others", LONG, async () => {
  const root = makeCheckout([]);
  try {
    const broken = join(root, ".mimalloc", "3.0.1");
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, "libmimalloc.so.3"), "not a library");
    const run = await startSetup(root, { MIMALLOC_PATH: anyLibrary() }).ended;
    assert.equal(run.code, 0, run.output);
    assert.ok(run.output.includes(`Cannot load ${join(broken, "libmimalloc.so.3")}: `), run.output);
    assert.ok(run.output.includes(`What to do: remove ${broken} and run this again`), run.output);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

const withApt = { ...LONG, skip: scripts.hasApt() ? false : "this machine has no apt" };

test("setup.mjs repeats what apt said when the mirror fails, and fails without a library", withApt, async () => {
  const root = makeCheckout([]);
  try {
    const port = await closedPort();
    const run = await startSetup(root, aptEnvironment(root, port)).ended;
    assert.equal(run.code, 1, run.output);
    for (const suite of ["bookworm", "trixie", "testing", "unstable"]) {
      const what = `Cannot read the package list of ${suite} of http://127.0.0.1:${port}/debian/: Failed to fetch `;
      assert.ok(run.output.includes(what), run.output);
    }
    assert.match(run.output, /Connection refused\)\n {2}What to do: check the network, the mirror in apt's sources/);
    assert.match(run.output, /Cannot find a libmimalloc that loads: /);
    assert.deepEqual(readdirSync(join(root, ".mimalloc")), []);
    assert.deepEqual(leftovers(root), []);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("setup.mjs goes on with what is there when the mirror fails", withApt, async () => {
  const version = scripts.listLibraries(LIBRARIES).at(-1)?.version;
  assert.ok(version, "no library in .mimalloc: run `npm run setup`");
  const root = makeCheckout([version]);
  try {
    const run = await startSetup(root, aptEnvironment(root, await closedPort())).ended;
    assert.equal(run.code, 0, run.output);
    assert.match(run.output, /^Missing: .*libmimalloc 2\.0, .*; going on with what is there$/m);
    assert.deepEqual(readdirSync(join(root, ".mimalloc")), [version]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

/** Starts a setup against a mirror that never answers and ends it with the signal once apt waits. */
async function interrupt(root: string, signal: NodeJS.Signals): Promise<Awaited<Run["ended"]>> {
  const server = createServer();
  const connected = new Promise<void>((resolve) =>
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => resolve());
      server.on("close", () => socket.destroy());
    })
  );
  const { child, ended } = startSetup(root, aptEnvironment(root, await listen(server)));
  await connected;
  // After child.kill() Deno 2.9.6 hides the code with which the child ended.
  process.kill(child.pid as number, signal);
  const run = await ended;
  // The apt of a killed setup lives on until its mirror is gone.
  if (signal !== "SIGKILL") await settle(root);
  server.close();
  server.emit("close");
  return run;
}

/** How many processes work in the directory: those whose arguments name it. */
function countProcesses(directory: string): number {
  return readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(join("/proc", id, "cmdline"), "utf8").includes(directory);
    } catch (error) {
      // It ended meanwhile.
      if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
      throw error;
    }
  }).length;
}

/** Waits until no process works in the directory. */
async function settle(directory: string): Promise<void> {
  const end = performance.now() + 120_000;
  while (countProcesses(directory) > 0) {
    assert.ok(performance.now() < end, `${countProcesses(directory)} processes still work in ${directory}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("setup.mjs cleans up when it is told to end", withApt, async () => {
  const root = makeCheckout([]);
  try {
    const run = await interrupt(root, "SIGTERM");
    assert.equal(run.code, 143, run.output);
    assert.deepEqual(leftovers(root), []);
    assert.deepEqual(readdirSync(join(root, ".mimalloc")), []);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 20 });
  }
});

test("setup.mjs ignores files that a killed run left behind", withApt, async () => {
  const root = makeCheckout([]);
  try {
    const killed = await interrupt(root, "SIGKILL");
    assert.equal(killed.signal, "SIGKILL");
    assert.equal(leftovers(root).length, 1);
    await settle(root);
    const run = await startSetup(root, { MIMALLOC_PATH: anyLibrary() }).ended;
    assert.equal(run.code, 0, run.output);
    assert.match(run.output, /^Missing: libmimalloc 2\.0, libmimalloc 3\.0, the newest libmimalloc 3 with headers;/m);
    assert.deepEqual(leftovers(root), []);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 20 });
  }
});
