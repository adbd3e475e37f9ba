import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLine, formatSummary, runSteps } from "../../scripts/test/runner.mjs";

test("formatSummary() returns the two figures and nothing else", () => {
  const totals = { passed: 3, failed: 1, skipped: 2 };
  assert.equal(formatSummary(totals), "3 passed, 1 failed");
});

test("formatLine() keeps the longest name of a step apart from its figures", () => {
  const counts = { passed: 257, failed: 0, skipped: 2 };
  assert.match(
    formatLine("deno:3.6.0:symbols", counts, performance.now()),
    /^ok +deno:3\.6\.0:symbols +257 passed, 0 failed, 2 skipped +0\.0 s$/,
  );
});

test("runSteps() adds up what every step reports", async () => {
  const step = (passed: number) => ({
    name: `${passed}`,
    run: () => Promise.resolve({ passed, failed: 0, skipped: 1, output: "" }),
  });
  const lines: string[] = [];
  const totals = await runSteps([step(2), step(5)], { passed: 1, failed: 0, skipped: 0 }, (line) => lines.push(line));
  assert.equal(lines.length, 2);
  assert.deepEqual(totals, { passed: 8, failed: 0, skipped: 2 });
});

test("runSteps() counts a step that throws as a failure", async () => {
  const broken = { name: "broken", run: () => Promise.reject(new Error("this error is part of a test")) };
  const lines: string[] = [];
  const totals = await runSteps([broken], { passed: 0, failed: 0, skipped: 0 }, (line) => lines.push(line));
  assert.match(lines.join("\n"), /^FAILED +broken .*\nError: this error is part of a test/);
  assert.deepEqual(totals, { passed: 0, failed: 1, skipped: 0 });
});

test("runSteps() lists the skipped tests of a step that asks for it", async () => {
  const run = () => Promise.resolve({ passed: 1, failed: 0, skipped: 1, skippedTests: ["one of 3.6"], output: "" });
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  await runSteps([{ name: "given", listsSkipped: true, run }], { passed: 0, failed: 0, skipped: 0 }, print);
  assert.match(lines.join("\n"), /^ok +given .*\n +skipped: one of 3\.6$/);
});
