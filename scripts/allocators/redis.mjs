// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { findCommand } from "../setup/run_command.mjs";
import { fetchPackages } from "./fetch_packages.mjs";
import { findFile } from "./offers.mjs";
import { mallocOf } from "./run_measured.mjs";
import { readProcess, waitUntil } from "./watch_process.mjs";

// redis-tools holds the programs, redis-server only their names.
const WANTED = { name: "redis", packages: [["redis-tools"], ["redis-server"], ["liblzf1"], ["libjemalloc2"]] };
/** As mimalloc-bench has it, with more requests, so that they take half a second. */
const BENCHMARK = ["-r", "1000000", "-P", "16", "--csv"];
const REQUESTS = 300_000;
const COMMAND = ["lpush", "a", "1", "2", "3", "4", "5", "lrange", "a", "1", "5"];
/** What one request pushes: all words behind the key. */
const VALUES = COMMAND.length - 2;

/**
 * The section of Redis: the machine's own where the search path has one, else the package's.
 *
 * @param {string} root The project
 * @param {(line: string) => void} report
 */
export async function redisSection(root, report) {
  const section = { name: "redis", table: "redis" };
  const programs = findPrograms(root) ?? await fetchPrograms(root, report);
  if ("reason" in programs) return { ...section, unavailable: programs.reason };
  const { stdout, status, stderr } = spawnSync(programs.server, ["--version"], { encoding: "utf8", env: programs.env });
  if (status !== 0) return { ...section, unavailable: `redis-server does not run: ${stderr.trim()}` };
  return { ...section, version: /v=(\S+)/.exec(stdout)?.[1], run: (allocator) => measureRedis(programs, allocator) };
}

function findPrograms(root) {
  const [server, benchmark] = ["redis-server", "redis-benchmark"].map((name) => findCommand(name));
  if (server !== undefined && benchmark !== undefined) return { server, benchmark, env: process.env };
  return packagedPrograms(join(root, ".allocators", WANTED.name));
}

async function fetchPrograms(root, report) {
  const fetched = (await fetchPackages(root, [WANTED], report)).get(WANTED.name);
  if ("reason" in fetched) return fetched;
  return packagedPrograms(fetched.directory) ?? { reason: "the packages hold no redis-server" };
}

function packagedPrograms(directory) {
  const [server, benchmark, library] = ["redis-server", "redis-benchmark", "liblzf.so.1"]
    .map((name) => findFile(directory, `${name.startsWith("lib") ? "" : "bin/"}${name}`));
  if (server === undefined || benchmark === undefined || library === undefined) return undefined;
  return { server, benchmark, env: { ...process.env, LD_LIBRARY_PATH: dirname(library) } };
}

/** One server with nothing in it, loaded once. */
async function measureRedis({ server, benchmark, env }, { libraries }) {
  // Debian's Redis brings jemalloc along: for the system's own allocator, libc has to come first.
  const preload = libraries.length === 0 ? "libc.so.6" : libraries.join(":");
  requireMalloc(server, preload, libraries[0], env);
  const directory = mkdtempSync(join(process.cwd(), ".tmp", "redis-"));
  const socket = join(directory, "socket");
  const child = spawn(server, ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory], {
    env: { ...env, LD_PRELOAD: preload },
    stdio: "ignore",
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const closed = new Promise((resolve) => child.once("close", resolve));
  try {
    await waitUntil("redis-server answers", async () => (await ask(socket, "PING")) === "+PONG");
    const { stdout, status, stderr } = await runBenchmark(benchmark, socket, env);
    if (status !== 0) throw new Error(`redis-benchmark ended with ${status}: ${stderr.trim()}`);
    const length = await ask(socket, "LLEN a");
    if (length !== `:${REQUESTS * VALUES}`) throw new Error(`the list has ${length} values, not ${REQUESTS * VALUES}`);
    const loaded = readProcess(child.pid);
    await ask(socket, "FLUSHALL SYNC");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [, requests, , , , , p99] = stdout.trim().split("\n").at(-1).split('","').map((cell) =>
      Number(cell.replace('"', ""))
    );
    return {
      requestsPerSecond: requests,
      p99Milliseconds: p99,
      cpuSeconds: loaded.cpuSeconds,
      peakBytes: loaded.peakBytes,
      idleBytes: readProcess(child.pid).residentBytes,
      faults: loaded.faults,
    };
  } finally {
    kill();
    process.off("exit", kill);
    await closed;
    rmSync(directory, { recursive: true, force: true });
  }
}

function runBenchmark(file, socket, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, ["-s", socket, "-n", String(REQUESTS), ...BENCHMARK, ...COMMAND], {
      env,
      timeout: 60_000,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => stdout += text);
    child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
    child.once("error", reject);
    child.once("close", (status) => resolve({ stdout, stderr, status }));
  });
}

const checked = new Set();

function requireMalloc(server, preload, library, env) {
  if (checked.has(preload)) return;
  const from = mallocOf(server, preload, env);
  const isRight = library === undefined ? /\/libc\.so\.6$/.test(from) : realpathSync(from) === realpathSync(library);
  if (!isRight) throw new Error(`redis-server takes malloc from ${from}`);
  checked.add(preload);
}

/** Sends one inline command and returns the first line of the answer, or undefined while nobody listens. */
function ask(socket, command) {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    let answer = "";
    connection.setEncoding("utf8").on("data", (text) => {
      answer += text;
      if (!answer.includes("\r\n")) return;
      connection.destroy();
      resolve(answer.slice(0, answer.indexOf("\r\n")));
    });
    connection.once("error", () => resolve(undefined));
    connection.write(`${command}\r\n`);
  });
}
