import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ROOT, RUNTIME } from "../_program.ts";

const NAMES = readdirSync(path.join(ROOT, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();

function example(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync("node", ["scripts/example.mjs", ...words], { cwd: ROOT, encoding: "utf8" });
}

test("npm run example lists every example when none is named", () => {
  assert.ok(NAMES.includes("request_scopes"));
  for (const words of [[], ["--help"], ["--bun"], ["--bun", "--help"]]) {
    const { status, stdout } = example(...words);
    assert.equal(status, 0);
    for (const name of NAMES) assert.match(stdout, new RegExp(`\\b${name}\\b`));
  }
});

test("npm run example refuses what is not an example before it fetches anything", () => {
  for (const name of ["nothing", "../mod", "request_scopes.ts", "--deno"]) {
    const { status, stdout, stderr } = example(name);
    assert.equal(status, 2);
    assert.equal(stderr, `Cannot run the example "${name}": there are ${NAMES.join(", ")}\n`);
    assert.equal(stdout, "");
  }
});

test("npm run example runs the example and ends as it does", {
  skip: existsSync(path.join(ROOT, ".mimalloc")) ? false : "the setup has not run here",
}, () => {
  const runtime = RUNTIME === "bun" ? ["--bun"] : [];
  const { status, stdout, stderr } = example(...runtime, "deferred_release", "--objects", "many");
  assert.equal(status, 2, stderr);
  assert.match(stdout, /^Setup: already there/);
  assert.equal(stderr, "Cannot use --objects many: expected a positive integer\n");
});
