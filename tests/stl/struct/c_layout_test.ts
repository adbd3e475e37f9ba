import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { makeStruct, type StructTwin } from "./_random_struct.ts";

const COUNT = 300;
const SEED = numberFrom("SEED", Date.now() % 2 ** 31);

function findCompiler(): string | undefined {
  const names = [process.env["CC"] ?? "", "cc", "gcc", "clang"].filter((name) => name !== "");
  return names.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

/** A program that prints size, alignment, the offset and size of each field, and the bytes of a value, for each struct. */
function programOf(twins: readonly StructTwin[]): string {
  const prints = twins.map(({ type, fields, assign }, index) => {
    const name = `S${index}`;
    const places = fields.map((field) =>
      `printf(" %zu+%zu", offsetof(${name}, ${field}), sizeof(((${name} *)0)->${field}));`
    ).join(" ");
    return `typedef ${type.replaceAll("%", name)};
static void print${index}(void) {
  printf("%zu %zu", sizeof(${name}), _Alignof(${name})); ${places}
  static ${name} value; ${assign("value")}
  print_bytes(&value, sizeof value);
}`;
  });
  const calls = twins.map((_, index) => `print${index}();`).join(" ");
  return `#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static void print_bytes(const void *start, size_t length) {
  const unsigned char *bytes = start;
  printf(" ");
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
  printf("\\n");
}
${prints.join("\n")}
int main(void) { ${calls} return 0; }
`;
}

function compileAndRun(compiler: string, source: string): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), "mimalloc-layout-"));
  try {
    const [file, program] = [path.join(folder, "layout.c"), path.join(folder, "layout")];
    writeFileSync(file, source);
    const compiled = spawnSync(compiler, ["-std=gnu11", "-O0", "-w", "-o", program, file], { encoding: "utf8" });
    assert.equal(compiled.status, 0, compiled.stderr);
    return spawnSync(program, [], { encoding: "utf8" }).stdout.trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lineOf({ element, fields, value }: StructTwin): string {
  const places = fields.map((field) => `${element.offsetOf(field)}+${element.sizeOf(field)}`).join(" ");
  const view = new DataView(new ArrayBuffer(element.byteLength));
  element.write(view, 0, value as never);
  const bytes = Array.from(new Uint8Array(view.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${element.byteLength} ${element.alignment} ${places} ${bytes}`;
}

const compiler = findCompiler();

test(
  `struct() lays out ${COUNT} random structs as the C compiler does`,
  { skip: compiler === undefined ? "no C compiler is installed" : false },
  () => {
    const random = new Random(SEED);
    const twins = Array.from({ length: COUNT }, (_, index) => makeStruct(random, 2, `S${index}`));
    const lines = compileAndRun(compiler!, programOf(twins));
    assert.equal(lines.length, COUNT);
    twins.forEach((twin, index) => {
      assert.equal(lineOf(twin), lines[index], `struct ${index} of SEED=${SEED}: ${twin.type}`);
    });
  },
);

test(`${COUNT} random structs read what they store`, () => {
  const random = new Random(SEED);
  for (let index = 0; index < COUNT; index++) {
    const { element, value, type } = makeStruct(random, 2, "S");
    const accessor = element.at(new Uint8Array(element.byteLength + 3), 3);
    accessor.assign(value as never);
    assert.deepEqual(accessor.toObject(), value, `struct ${index} of SEED=${SEED}: ${type}`);
    const copy = element.at(new Uint8Array(element.byteLength));
    copy.assign(accessor);
    assert.ok(accessor.equals(copy));
  }
});
