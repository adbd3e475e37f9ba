#!/usr/bin/env node
// deno-lint-ignore-file explicit-function-return-type no-console
// `npm run example -- <name>`: the setup, then one program of examples/ on Deno or Bun.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { setup } from "./setup.mjs";
import { SetupError } from "./setup/setup_error.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NAMES = readdirSync(join(ROOT, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .sort();
const HELP = `npm run example -- [--bun] <name> [arguments of the example]

  --bun    run it on Bun instead of Deno
  --help   this text; behind the name that of the example

The examples are ${NAMES.join(", ")}.
`;

/** What the command line asks for; throws for what it does not understand. */
function parseArguments(words) {
  const runtime = words[0] === "--bun" ? "bun" : "deno";
  const [name, ...rest] = runtime === "bun" ? words.slice(1) : words;
  if (name === undefined || name === "--help") return undefined;
  if (NAMES.includes(name)) return { runtime, name, rest };
  throw new Error(`Cannot run the example "${name}": there are ${NAMES.join(", ")}`);
}

async function main() {
  const asked = parseArguments(process.argv.slice(2));
  if (asked === undefined) return process.stdout.write(HELP);
  const tools = await setup();
  const file = `examples/${asked.name}.ts`;
  const words = asked.runtime === "deno" ? ["run", "-A", file] : [file];
  // Ctrl-C reaches the example too, which says how it ended.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const child = spawn(tools[asked.runtime], [...words, ...asked.rest], { cwd: ROOT, stdio: "inherit" });
  child.on("error", (error) => fail(`Cannot run ${file}: ${error.message}`, 1));
  child.on("close", (code) => process.exitCode = code ?? 1);
}

function fail(message, code) {
  console.error(message);
  process.exitCode = code;
}

main().catch((error) => fail(error.message, error instanceof SetupError ? 1 : 2));
