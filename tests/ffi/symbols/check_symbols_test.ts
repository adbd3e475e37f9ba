import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { listVersions } from "../../../scripts/check_symbols/check_all.ts";
import { ElfFile } from "../../../scripts/check_symbols/elf_file.ts";
import { ROOT } from "../../../scripts/test/sources.mjs";

const versions = listVersions();
const newest = versions.at(-1);
const skip = versions.length === 0 && "no library in .mimalloc";

/** Runs scripts/check_symbols.ts of `root` with the runtime that runs this test. */
function check(root: string): { code: number | null; lines: string[] } {
  const script = path.join(root, "scripts", "check_symbols.ts");
  const options = "deno" in process.versions ? ["run", "--allow-all", "--no-config"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, script], { encoding: "utf8" });
  assert.equal(stderr, "");
  return { code: status, lines: stdout.trim().split("\n") };
}

/** Copies what the check reads, replaces `sound` by `faulty` in `file`, and checks the copy. */
function checkPlanted(file: string, sound: string, faulty: string): { code: number | null; lines: string[] } {
  const root = mkdtempSync(path.join(tmpdir(), "check_symbols-"));
  try {
    for (const place of ["ffi", "scripts/check_symbols", "scripts/check_symbols.ts"]) {
      cpSync(path.join(ROOT, place), path.join(root, place), { recursive: true });
    }
    symlinkSync(path.join(ROOT, ".mimalloc"), path.join(root, ".mimalloc"));
    const target = path.join(root, file);
    const text = readFileSync(target, "utf8");
    assert.equal(text.split(sound).length, 2, `${file} holds "${sound}" once`);
    writeFileSync(target, text.replace(sound, faulty));
    return check(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("check_symbols finds no difference in the table", { skip }, () => {
  const { code, lines } = check(ROOT);
  assert.equal(code, 0, lines.join("\n"));
  const last = lines.at(-1) ?? "";
  for (const version of versions) assert.ok(last.includes(version), `${last} names ${version}`);
  assert.match(last, /headers/);
});

test("check_symbols names a function that is missing", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/allocation.ts",
    "  // void* mi_expand(void* p, size_t newsize);\n" +
      '  mi_expand: { parameters: ["pointer", "size"], result: "pointer" },\n',
    "",
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    ...versions.map((version) => `mi_expand: ${version} exports it, it is missing from the table`),
    `mi_expand: the headers of ${newest} declare it, it is missing from the table`,
    "4 differences",
  ]);
});

test("check_symbols names a parameter of the wrong width", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/allocation.ts",
    'mi_good_size: { parameters: ["size"]',
    'mi_good_size: { parameters: ["u32"]',
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_good_size: parameter 1 (size_t size) is an unsigned 64-bit number in C, the table says u32",
    "1 difference",
  ]);
});

test("check_symbols names a result of the wrong signedness", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/process.ts",
    'mi_option_get: { parameters: ["i32"], result: "long" }',
    'mi_option_get: { parameters: ["i32"], result: "u64" }',
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_option_get: the result (long) is a long in C, the table says u64",
    "1 difference",
  ]);
});

test("check_symbols names a function with too few parameters", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/allocation.ts",
    'mi_expand: { parameters: ["pointer", "size"]',
    'mi_expand: { parameters: ["pointer"]',
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, ["mi_expand: C takes 2 parameters, the table says 1", "1 difference"]);
});

test("check_symbols names parameters of different types in the wrong order", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/allocation.ts",
    'mi_expand: { parameters: ["pointer", "size"]',
    'mi_expand: { parameters: ["size", "pointer"]',
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_expand: parameter 1 (void* p) is a pointer in C, the table says size",
    "mi_expand: parameter 2 (size_t newsize) is an unsigned 64-bit number in C, the table says pointer",
    "2 differences",
  ]);
});

test("check_symbols names parameters of one type in the wrong order", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/aligned.ts",
    "mi_malloc_aligned(size_t size, size_t alignment)",
    "mi_malloc_aligned(size_t alignment, size_t size)",
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_malloc_aligned: the header says void* mi_malloc_aligned(size_t size, size_t alignment), " +
    "the table says void* mi_malloc_aligned(size_t alignment, size_t size)",
    "1 difference",
  ]);
});

test("check_symbols names a version that does not export a function", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/symbols/process_info.ts",
    'mi_is_redirected: { parameters: [], result: "bool", missing: ["2.1.8 to 2.1.9", "3.0.0 to 3.0.1"] }',
    'mi_is_redirected: { parameters: [], result: "bool" }',
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_is_redirected: the table says that 3.0.1 exports it, it does not",
    "1 difference",
  ]);
});

test("check_symbols names an option with the wrong number, in the library and in the header", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/options_table.ts",
    `{ since: "3.6.0", index: 43`,
    `{ since: "3.6.0", index: 44`,
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "option allow_thp: its number in 3.6.0 is 43, the table says 44",
    "option allow_thp: its number in 3.6.0 is 43, the table says 44",
    "2 differences",
  ]);
});

test("check_symbols names an option of a version without headers", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/options_table.ts",
    "index: 23, default: 500",
    "index: 23, default: 501",
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "option segment_decommit_delay: its default in 2.0.9 is 500, the table says 501",
    "1 difference",
  ]);
});

test("check_symbols names a structure of the wrong size", { skip }, () => {
  const { code, lines } = checkPlanted("ffi/stats_layout.ts", "byteLength: offset", "byteLength: offset + 8");
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_stats_t: its size in bytes is 4480, the table says 4488",
    "1 difference",
  ]);
});

test("check_symbols names a field at the wrong offset", { skip }, () => {
  const { code, lines } = checkPlanted("ffi/area_layout.ts", "used: 24", "used: 16");
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_heap_area_t.used: its offset is 24, the table says 16",
    "1 difference",
  ]);
});

test("check_symbols names a callback of the wrong type", { skip }, () => {
  const { code, lines } = checkPlanted(
    "ffi/callback_signatures.ts",
    'error: { parameters: ["i32", "pointer"]',
    'error: { parameters: ["i64", "pointer"]',
  );
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "mi_error_fun: parameter 1 (int err) is a signed 32-bit number in C, the table says i64",
    "1 difference",
  ]);
});

test("ElfFile refuses a file that is not 64-bit ELF", () => {
  const message = "Cannot read the symbols: it is not a 64-bit ELF file";
  assert.throws(() => new ElfFile(new Uint8Array(10)), { name: "Error", message });
  assert.throws(() => new ElfFile(new Uint8Array(1000)), { name: "Error", message });
});
