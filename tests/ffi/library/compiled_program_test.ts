import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { currentPlatform } from "../../../ffi/platform.ts";
import { libraryNames } from "../../../ffi/library/locate.ts";
import { library } from "../../../mod.ts";
import { ROOT, RUNTIME } from "../../_program.ts";
import { Temporary } from "../_temporary.ts";

/** What both runtimes make of a program in one file; Deno would have to load a runtime from its host first. */
const skip = RUNTIME === "deno" && "deno compile takes the runtime that it puts into a program from a host";

const PROGRAM = `
import { existsSync } from "node:fs";
import { Heap, loadLibrary } from ${JSON.stringify(path.join(ROOT, "mod.ts"))};
import embedded from "./library.bin" with { type: "file" };

const given = process.argv.includes("embedded") ? { path: embedded } : {};
const { path, versionText } = loadLibrary(given);
const again = loadLibrary(given).path === path;
using heap = new Heap();
const view = heap.allocate(Uint8Array, 100).fill(3);
process.stdout.write(JSON.stringify({ path, versionText, again, there: existsSync(path), last: view[99] }));
`;

interface Answer {
  readonly path: string;
  readonly versionText: string;
  readonly again: boolean;
  readonly there: boolean;
  readonly last: number;
}

function run(program: string, ...words: string[]): Answer {
  const { MIMALLOC_PATH: _, LD_LIBRARY_PATH: __, LD_PRELOAD: ___, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(program, words, { cwd: path.dirname(program), env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test("a compiled program finds the library that is embedded in it, and the one beside it", { skip }, () => {
  using temporary = new Temporary();
  const source = temporary.write("program.ts", PROGRAM);
  const known = library();
  copyFileSync(known.path, path.join(temporary.path, "library.bin"));
  const place = path.join(temporary.path, "place");
  mkdirSync(place);
  const program = path.join(place, "program");
  const { status, stderr } = spawnSync(process.execPath, ["build", "--compile", source, "--outfile", program], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);

  const embedded = run(program, "embedded");
  assert.deepEqual(
    { ...embedded, path: "" },
    { path: "", versionText: known.versionText, again: true, there: true, last: 3 },
  );
  assert.ok(!embedded.path.startsWith(temporary.path) && path.isAbsolute(embedded.path), embedded.path);
  // The copy goes with the program.
  assert.equal(existsSync(path.dirname(embedded.path)), false);

  // A library under test may have any name, `libmimalloc-secure.so.2.1` say.
  const beside = path.join(place, libraryNames(currentPlatform())[0]!);
  copyFileSync(known.path, beside);
  assert.deepEqual(run(program), { ...embedded, path: beside });
});
