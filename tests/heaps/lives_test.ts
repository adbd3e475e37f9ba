import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { loadLibrary } from "../../mod.ts";
import { ROOT, runProgram, RUNTIME } from "../_program.ts";
import { ofArenas } from "../_arenas.ts";

const directory = mkdtempSync(path.join(tmpdir(), "mimalloc-lives-"));
after(() => rmSync(directory, { recursive: true }));

const LIVES = 4;

/** Runs `text` as a program that its runtime loads anew whenever it changes; returns what `LIVES` lives of it printed. */
function relive(name: string, text: string, environment: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  const flags = RUNTIME === "deno" ? ["run", "-A", "--no-check", "--watch", "--no-clear-screen"] : ["--hot"];
  const child = spawn(process.execPath, [...flags, file], {
    cwd: directory,
    env: { ...process.env, MIMALLOC_PATH: loadLibrary().path, NO_COLOR: "1", ...environment },
  });
  let output = "";
  let errors = "";
  let changes = 0;
  // Again and again, because a watcher may miss a change while it begins to watch.
  const timer = setInterval(() => {
    // What is added changes nothing, so that the file is whole whenever it is read.
    if (output.includes("{")) appendFileSync(file, `\n// ${++changes}`);
  }, 300);
  return new Promise<unknown[]>((resolve, reject) => {
    child.stderr.on("data", (piece) => {
      errors += piece;
      // It would wait for a change that mends it.
      if (/error: /i.test(errors)) child.kill("SIGKILL");
    });
    child.stdout.on("data", (piece) => {
      output += piece;
      const lives = output.split("\n").slice(0, -1).filter((line) => line.startsWith("{"));
      if (lives.length < LIVES) return;
      child.kill("SIGKILL");
      resolve(lives.slice(0, LIVES).map((line) => JSON.parse(line)));
    });
    child.on("error", reject);
    child.on("close", () => reject(new Error(`it ended: ${output}${errors}`)));
  }).finally(() => clearInterval(timer));
}

for (
  const [kind, environment] of [
    ["", {}],
    // Rare enough that no block gets one, in builds that have them.
    [" whose blocks may have guard pages", { MIMALLOC_GUARDED_SAMPLE_RATE: "1000000" }],
  ] as const
) {
  test(
    `a program${kind} that is loaded anew finds the arena of its last life, and nothing in it`,
    { ...ofArenas, timeout: 300_000 },
    async () => {
      const lives = await relive(
        `arena${kind.length}.ts`,
        `import { Arena, arenas, Heap, library, ScopePool } from "${ROOT}mod.ts";
        const [whole, part] = library().version.major < 3 ? [96, 40] : [32, 20];
        const arena = Arena.reserve(whole * 2 ** 20);
        const heap = new Heap({ arena });
        // Two of them have no room in one arena.
        heap.allocate(Uint8Array, part * 2 ** 20)[0] = 1;
        new ScopePool({ arena }).open().allocate(Uint8Array, 100);
        const own = arenas().filter(({ origin }) => origin !== "mimalloc");
        console.log(JSON.stringify({ address: arena.area.address, own: own.length }));`,
        environment,
      ) as { address: number; own: number }[];
      const [first] = lives;
      assert.deepEqual(lives, lives.map(() => ({ address: first!.address, own: 1 })));
    },
  );
}

test("a life that was replaced has closed heaps, detached views, no listeners, and opens nothing any more", {
  skip: RUNTIME === "deno" ? "in Deno nothing of it is left" : false,
  timeout: 300_000,
}, async () => {
  const lives = await relive(
    "objects.ts",
    `import { Heap, library, mainHeap, onOutput, ScopePool } from "${ROOT}mod.ts";
    const heap = new Heap();
    const pool = new ScopePool();
    const scope = pool.open();
    const views = [heap.allocate(Uint8Array, 100), scope.allocate(Uint8Array, 100), mainHeap().allocate(Uint8Array, 100)];
    scope.checkpoint();
    views.push(scope.allocate(Uint8Array, 100));
    onOutput(() => {});
    const before = globalThis.before;
    globalThis.before = { heap, pool, views, make: () => new Heap() };
    let error = "";
    try { before?.make(); } catch (thrown) { error = thrown.name; }
    console.log(JSON.stringify(before === undefined ? {} : {
      closed: [before.heap.closed, before.pool.closed], lengths: before.views.map(({ length }) => length), error,
    }));`,
  );
  const replaced = { closed: [true, true], lengths: [0, 0, 0, 0], error: "LibraryLoadError" };
  assert.deepEqual(lives, [{}, replaced, replaced, replaced]);
});

test("a second copy of the package in a program is refused at its first call, and the first one goes on", async () => {
  const copy = path.join(directory, "copy");
  mkdirSync(copy);
  for (const part of ["ffi", "heaps", "mod.ts", "deno.json"]) {
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  }
  const file = path.join(directory, "two_copies.ts");
  writeFileSync(
    file,
    `import * as one from "${ROOT}mod.ts";
    import * as two from "${copy}/mod.ts";
    const heap = new one.Heap();
    try { new two.Heap(); } catch (error) { console.log(error.name, error.message.includes("${copy}/ffi")); }
    console.log(heap.allocate(Uint8Array, 10).length);`,
  );
  const { code, stdout, stderr } = await runProgram(file, { environment: { MIMALLOC_PATH: loadLibrary().path } });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "LibraryLoadError true\n10\n" }, stderr);
});
