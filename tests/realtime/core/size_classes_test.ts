import assert from "node:assert/strict";
import { test } from "node:test";
import { type SizeClass, SizeClasses, sizeClasses } from "../../../realtime/core/size_classes.ts";

function classOf(blockBytes: number): SizeClass {
  return { blockBytes, fullBlockBytes: blockBytes, pageBytes: 2 ** 16, blocksPerPage: 8 };
}

/** Holds every answer for sizes about each class, and what lies between, against a look at all of them. */
function check(classes: SizeClasses): void {
  const sizes = classes.list.map(({ blockBytes }) => blockBytes);
  const firstOf = (byteLength: number): number => {
    const index = sizes.findIndex((size) => size >= byteLength);
    return index < 0 ? sizes.length : index;
  };
  const about = sizes.flatMap((size) => [size - 1, size, size + 1]);
  const small = Array.from({ length: 5000 }, (_, byteLength) => byteLength);
  const large = Array.from({ length: 5000 }, (_, step) => Math.floor(4999 * 1.003 ** step));
  for (const byteLength of [...small, ...about, ...large, 2 ** 32 + 8, 2 ** 40]) {
    assert.equal(classes.indexOf(byteLength), firstOf(byteLength), `${byteLength} bytes among ${sizes}`);
  }
}

test("SizeClasses.indexOf() tells the class of every size of the loaded library", () => {
  check(sizeClasses());
});

test("SizeClasses.indexOf() tells it for classes of any other shape", () => {
  const lists = [[], [8], [1], [9], [1000], [3, 9, 10, 11, 12, 13], [16, 17, 100, 1025, 1026, 70_001], [
    8,
    16,
    2 ** 20,
  ]];
  for (const list of lists) check(new SizeClasses(list.map(classOf)));
});
