import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ASSERTIONS, type Assertions } from "./_assertions.ts";

/** The tests that are listed and not there. */
function listMissing(assertions: readonly Assertions[]): string[] {
  return assertions.flatMap(({ file, tests }) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    const isThere = (name: string): boolean =>
      [`"${name}"`, `"${name}:`, `\`${name}\``, `\`${name}:`].some((title) => text.includes(title));
    return tests.filter((name) => !isThere(name)).map((name) => `${name} in ${file}`);
  });
}

test("every assertion of mimalloc's own tests has a test here or a reason", () => {
  assert.deepEqual(listMissing(ASSERTIONS), []);
});

test("listMissing() finds a test that is listed and not there", () => {
  const [first] = ASSERTIONS;
  assert.deepEqual(listMissing([{ ...first!, tests: ["malloc-zero", "malloc-zer", "malloc-zero2"] }]), [
    `malloc-zer in ${first!.file}`,
    `malloc-zero2 in ${first!.file}`,
  ]);
});
