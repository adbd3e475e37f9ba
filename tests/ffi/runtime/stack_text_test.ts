import assert from "node:assert/strict";
import { test } from "node:test";
import { readStack } from "../../../ffi/runtime/stack_text.ts";
import { RUNTIME } from "../../_program.ts";

/** Stacks of the same calls, one after the other. */
function capture(count: number): Error[] {
  const stacks: Error[] = [];
  for (let i = 0; i < count; i++) stacks.push(new Error());
  return stacks;
}

/** The lines of a text, as paths. */
function linesOf(text: string): string[] {
  return text.replaceAll("file://", "").split("\n");
}

test("readStack() has one key for the same calls, and others for other callers, lines and columns", () => {
  const here = (count: number): Error[] => {
    const stacks = capture(count);
    return stacks;
  };
  const keys = here(3).map((stack) => readStack(stack).key);
  assert.equal(new Set(keys).size, 1);
  function there(): Error[] {
    const stacks = here(1);
    return stacks;
  }
  const [first, second] = [there(), there()];
  const others = [first, second, there(), here(1)].map(([stack]) => readStack(stack!).key);
  assert.equal(new Set([...others, keys[0]]).size, 5);
});

test("readStack() reads the text that the engine shows, in places of this source", async () => {
  async function answer(): Promise<Error[]> {
    await Promise.resolve();
    // Types take lines that translated code does not have.
    type Answer = Error[];
    const stacks: Answer = capture(2);
    return stacks;
  }
  const stacks = await answer();
  const shown = String(stacks[0]!.stack);
  assert.match(shown, /stack_text_test\.ts:9:/);
  const { key, read } = readStack(stacks[1]!);
  assert.deepEqual(linesOf(read()), linesOf(shown));
  // A key that has places of sources has cost as much as they do.
  if (RUNTIME === "deno") assert.notDeepEqual(linesOf(key), linesOf(shown));
});

test("readStack() leaves Error.prepareStackTrace as the program has set it", () => {
  const { prepareStackTrace } = Error;
  const calls: Error[] = [];
  const own = (error: Error): string => {
    calls.push(error);
    return "as the program likes it";
  };
  Error.prepareStackTrace = own;
  try {
    const [stack, other] = capture(2);
    const text = readStack(stack!).read();
    assert.equal(Error.prepareStackTrace, own);
    assert.equal(other!.stack, "as the program likes it");
    if (RUNTIME === "deno") {
      assert.match(text, /stack_text_test\.ts:9:/);
      assert.ok(!calls.includes(stack!));
    }
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
});

test("readStack() takes whatever stands in for a stack", () => {
  for (const value of ["Error\n    at shop (shop.ts:1:1)", 7, undefined]) {
    const { key, read } = readStack({ stack: value } as unknown as Error);
    assert.deepEqual([key, read()], [String(value), String(value)]);
  }
});
