/**
 * Measures one suite on the runtime that runs this file and writes the result
 * as JSON and to the output as tables: `run.ts <suite> <file>`. Started by scripts/bench.mjs.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import type { SuiteResult } from "./result.ts";
import { runSuite } from "./runner.ts";
import type { Suite } from "./suite.ts";
import { formatResult } from "./table.ts";

function machine(): Record<string, string | number> {
  const cpus = os.cpus();
  return {
    processor: cpus[0]?.model ?? "unknown",
    cores: cpus.length,
    architecture: os.arch(),
    system: `${os.type()} ${os.release()}`,
    memoryBytes: os.totalmem(),
    loadAverage: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  };
}

async function measureSuite(name: string, file: string): Promise<void> {
  const runtime = process.versions["bun"] === undefined ? "deno" : "bun";
  const state = machine();
  const { suite } = await import(`./suites/${name}.ts`) as { suite: Suite };
  const { library } = await import("../ffi/mod.ts");
  const versions = {
    [runtime]: process.versions[runtime] ?? "unknown",
    mimalloc: library().versionText,
  };
  const measurement = await runSuite(suite, runtime);
  const result: SuiteResult = {
    suite: name,
    runtime,
    versions,
    machine: state,
    ...measurement,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(formatResult(result));
}

const [name, file] = process.argv.slice(2);
if (name === undefined || file === undefined) {
  throw new Error(
    "Cannot measure: which suite, and into which file? Use `npm run bench`",
  );
}
await measureSuite(name, file);
