import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test, type TestOptions } from "node:test";
import { ROOT, RUNTIME } from "../../_program.ts";
import { fencesOf } from "../_fences.ts";
import { findTool, needsTool } from "../_system_tool.ts";

const FENCES = fencesOf(
  readFileSync(path.join(ROOT, "docs/observability.md"), "utf8"),
  "## Leaks of C code",
  "## Runbook: what guides to mimalloc do in C",
);

let made: string | undefined;

after(() => made !== undefined && rmSync(made, { recursive: true }));

/** A directory with the files that the document shows. */
function directory(): string {
  if (made !== undefined) return made;
  made = mkdtempSync(path.join(os.tmpdir(), "native-leaks-"));
  for (const { kind, body } of FENCES.filter(({ kind }) => kind === "c" || kind === "ts")) {
    const [, name] = /^\/\/ (\w+\.\w+)\n/.exec(body)!;
    const here = kind === "c" ? body : body.replace(/"@mimalloc\/ffi\/(\w+)"/g, `"${ROOT}$1/mod.ts"`);
    writeFileSync(path.join(made, name!), here);
  }
  return made;
}

/** The commands that have `word` in them, as they run here, and the lines of their answer that the document shows. */
function recipe(word: string): { commands: string; expected: string[] } {
  const index = FENCES.findIndex(({ kind, body }) => kind === "sh" && body.includes(word));
  const run = RUNTIME === "deno" ? `'${process.execPath}' run -A --no-check` : `'${process.execPath}'`;
  const { body } = FENCES[index]!;
  return {
    commands: body.replaceAll("deno run -A", run),
    expected: FENCES[index + 1]!.body.trim().split("\n"),
  };
}

async function run(commands: string): Promise<string> {
  const child = spawn("sh", ["-e", "-c", commands], { cwd: directory(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output += text);
  }
  await once(child, "close");
  return output;
}

/** What differs from machine to machine: addresses, numbers of records, directories and the marks of a process. */
function withoutMachine(line: string): string {
  return line.replace(/^==\d+== /, "").replace(/0x[0-9A-Fa-f]+/g, "#").replace(/record [\d,]+ of [\d,]+/, "record #")
    .replace(/\(in .*\)/, "(in #)").replace(/ \S*\/(\w+\.c(?:pp)?:\d+)/, " $1");
}

/** Runs what the document says, and finds the lines it shows, one after the other, in what that prints. */
async function check(word: string): Promise<void> {
  const { commands, expected } = recipe(word);
  const output = await run(commands);
  const found = output.split("\n").map(withoutMachine).join("\n");
  assert.ok(found.includes(expected.map(withoutMachine).join("\n")), `not in:\n${output}`);
}

function needs(tool: string, debianPackage: string): TestOptions {
  if (process.platform !== "linux") return { skip: "not run: these tools are played on Linux" };
  if (findTool("gcc") === undefined) return { skip: "not run: there is no gcc" };
  return { ...needsTool(tool, debianPackage), timeout: 400_000 };
}

test("the address sanitizer names the line of C that leaks, on the runtime as it is", needs("gcc", "gcc"), async () => {
  await check("libasan");
});

test("Valgrind names the line of C that leaks in a program with mimalloc", needs("valgrind", "valgrind"), async () => {
  await check("./program");
});

test("Valgrind names the line of C that leaks in a library that JavaScript calls", {
  ...needs("valgrind", "valgrind"),
  // Three times as long as with Deno.
  ...RUNTIME === "bun" ? { skip: "not run: Bun takes a minute under Valgrind" } : {},
}, async () => {
  await run(FENCES.find(({ body }) => body.includes("libasan"))!.body.split("\n")[0]!);
  await check("--undef-value-errors");
});
