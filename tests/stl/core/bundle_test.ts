import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { ROOT, runProgram, RUNTIME } from "../../_program.ts";

const PROGRAM = "tests/stl/programs/every_container.ts";

/** Flags of the bundler of the runtime that make it put helpers into what it bundles, or change every name. */
const BUNDLES = RUNTIME === "deno"
  ? [["--keep-names"], ["--keep-names", "--minify"]]
  : [["--target=bun", "--keep-names"], ["--target=bun", "--minify"]];

/** Bundles the program into `file`; whether the bundler is there, which Deno fetches when it is first asked for it. */
function bundle(flags: readonly string[], file: string): boolean {
  const to = RUNTIME === "deno" ? ["bundle", "--output", file] : ["build", `--outfile=${file}`];
  try {
    execFileSync(process.execPath, [...to, ...flags, PROGRAM], { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
    return true;
  } catch (error) {
    const { stderr } = error as { stderr: string };
    if (/esbuild/.test(stderr) && /download|fetch|connect|network/i.test(stderr)) return false;
    throw error;
  }
}

for (const flags of BUNDLES) {
  test(`containers work in a bundle made with ${flags.join(" ")}`, async (context) => {
    const directory = mkdtempSync(path.join(tmpdir(), "mimalloc-bundle-"));
    try {
      const file = path.join(directory, "bundle.js");
      if (!bundle(flags, file)) return context.skip("Deno cannot fetch its bundler");
      const { code, stdout, stderr } = await runProgram(file);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "The containers work\n");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}
