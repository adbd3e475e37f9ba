import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { listFiles, listLibraryFiles, ROOT } from "../scripts/test/sources.mjs";
import {
  findBrokenLinks,
  findCNames,
  findConsoleCalls,
  findForbiddenImports,
  findImportCycles,
  findRuntimeNames,
  listImports,
  type Source,
} from "./_house.ts";
import {
  findCoreExports,
  findFileCircles,
  findIntruders,
  findRoomCircles,
  findStrayTestFolders,
  findUnsortedExports,
} from "./_rooms.ts";
import { findLongFiles, findLongFunctions } from "./_sizes.ts";

const IMPLEMENTS = "the class implements the interface of its public file";

/** Why the files of a circle name each other, types alone: what remains of it at run time is tested too. */
const FILE_CIRCLES: Readonly<Record<string, string>> = {
  "heaps/core/block.ts <> heaps/core/block_observer.ts <> heaps/core/block_store.ts <> heaps/core/budget.ts <> heaps/core/heap_end.ts <> heaps/core/open_heaps.ts <> heaps/core/quarantine.ts":
    "a block names its store, which keeps blocks and tells observers of them",
  "realtime/profile/allocation_profile.ts <> realtime/profile/recorder.ts":
    "a recorder tells the profile that it recorded, and a profile starts recorders",
  "stl/hash/_hash_map.ts <> stl/hash/_laid_hash_map.ts <> stl/hash/hash_map.ts": IMPLEMENTS,
  "stl/hash/_hash_set.ts <> stl/hash/_laid_hash_set.ts <> stl/hash/hash_set.ts": IMPLEMENTS,
  "stl/hash/_lru_map.ts <> stl/hash/lru_map.ts": IMPLEMENTS,
  "stl/items/_deque.ts <> stl/items/deque.ts": IMPLEMENTS,
  "stl/items/_priority_queue.ts <> stl/items/priority_queue.ts": IMPLEMENTS,
  "stl/items/_slot_map.ts <> stl/items/slot_map.ts": IMPLEMENTS,
  "stl/pool/_pool.ts <> stl/pool/pool.ts": IMPLEMENTS,
  "stl/tree/_sorted_map.ts <> stl/tree/sorted_map.ts": IMPLEMENTS,
  "stl/vector/_soa_slot_map.ts <> stl/vector/soa_slot_map.ts": IMPLEMENTS,
  "stl/vector/_number_vector.ts <> stl/vector/_packed_vector.ts <> stl/vector/vector.ts": IMPLEMENTS,
  "stl/vector/_soa_class.ts <> stl/vector/_soa_columns.ts <> stl/vector/_soa_rows.ts <> stl/vector/_soa_vector.ts <> stl/vector/soa_vector.ts":
    IMPLEMENTS,
};

/** Folders of tests that are named after no folder of the project. */
const TEST_FOLDERS: readonly string[] = ["cases", "fuzz", "programs", "safety", "soak", "types", "upstream"];

function read(file: string): Source {
  return { path: file, text: readFileSync(path.join(ROOT, file), "utf8") };
}

function readLibrary(): Source[] {
  const sources = listLibraryFiles().map(read);
  assert.ok(sources.length > 0, "the library has no file");
  return sources;
}

function readAll(): Source[] {
  const others = ["tests", "examples", "bench", "scripts"]
    .flatMap((place) => listFiles(place, /\.(ts|mjs)$/));
  return [...readLibrary(), ...others.map(read)];
}

function readManifest(
  file: string,
): { version: string; exports: Record<string, string> } {
  return JSON.parse(read(file).text);
}

test("library code outside ffi/ names no runtime", () => {
  assert.deepEqual(findRuntimeNames(readLibrary()), []);
});

test("library code outside ffi/ uses no C name", () => {
  assert.deepEqual(findCNames(readLibrary()), []);
});

test("library code never writes to the console", () => {
  assert.deepEqual(findConsoleCalls(readLibrary()), []);
});

test("library code imports only from floors below", () => {
  assert.deepEqual(findForbiddenImports(readLibrary()), []);
});

test("library code has no import cycle", () => {
  const sources = readLibrary();
  assert.ok(listImports(sources).length > 0, "no import was found");
  assert.deepEqual(findImportCycles(sources), []);
});

test("library code imports a file with _ inside its folder only", () => {
  assert.deepEqual(findIntruders(readLibrary()), []);
});

test("the rooms of each floor form no circle, types included", () => {
  assert.deepEqual(findRoomCircles(readLibrary()), []);
});

test("the files that form a circle of types are those with a reason", () => {
  assert.deepEqual(findFileCircles(readLibrary()), Object.keys(FILE_CIRCLES).sort());
});

test("no value of a core/ is exported from outside it", () => {
  assert.deepEqual(findCoreExports(readLibrary()), []);
});

test("the lines of each mod.ts are sorted by path", () => {
  assert.deepEqual(findUnsortedExports(readLibrary()), []);
});

test("no file has more than 500 lines of code", () => {
  assert.deepEqual(findLongFiles(readAll()), []);
});

test("no function has more than 70 lines of code, but factories that are specialised", { timeout: 300_000 }, () => {
  assert.deepEqual(findLongFunctions(readAll()), []);
});

test("each folder of tests is named after a room, or after what it does to all of them", () => {
  const files = readAll().map(({ path: file }) => file);
  assert.deepEqual(findStrayTestFolders(files, TEST_FOLDERS), []);
  for (const name of TEST_FOLDERS) assert.ok(files.some((file) => file.includes(`/${name}/`)), `${name} is no folder`);
});

test("links of the documents lead to what exists", () => {
  const places = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "bench", "examples", "tests"];
  const documents = places.flatMap((place) => listFiles(place, /\.md$/)).map(read);
  assert.ok(documents.length >= 6, `${documents.length} documents`);
  assert.deepEqual(findBrokenLinks(documents, (file) => existsSync(path.join(ROOT, file))), []);
});

test("results of benchmarks name no path of the machine that measured", () => {
  const results: Source[] = listFiles("bench", /\.(json|md|svg)$/).map(read);
  assert.ok(results.some(({ path: file }) => file.startsWith("bench/results/")));
  const absolute = /["` ]\/(?:[\w.+-]+\/){2,}[\w.+-]*/g;
  assert.deepEqual(
    results.flatMap(({ path: file, text }) => text.match(absolute)?.map((name) => `${file}:${name}`) ?? []),
    [],
  );
});

test("package.json and deno.json agree on version and exports", () => {
  const [npm, deno] = [readManifest("package.json"), readManifest("deno.json")];
  assert.equal(npm.version, deno.version);
  assert.deepEqual(npm.exports, deno.exports);
});
