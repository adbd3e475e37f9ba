import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, readReport } from "../../scripts/test/junit.mjs";

const DENO = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.006">
    <testsuite name="./tests/a_test.ts" tests="4" disabled="1" errors="0" failures="1">
        <testcase name="a &gt; b" classname="./tests/a_test.ts" time="0.001" line="3" col="1">
        </testcase>
        <testcase name="skipped" classname="./tests/a_test.ts" time="0.000" line="5" col="1">
            <skipped/>
        </testcase>
        <testcase name="fails" classname="./tests/a_test.ts" time="0.002" line="4" col="1">
            <failure message="no &lt;/testcase&gt;">no &lt;skipped/&gt;</failure>
        </testcase>
        <testcase name="last" classname="./tests/b_test.ts" time="0.002" line="4" col="1">
        </testcase>
    </testsuite>
</testsuites>`;

const BUN = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="3" assertions="0" failures="0" skipped="1" time="0.03">
  <testsuite name="tests/a_test.ts" file="tests/a_test.ts" tests="3" skipped="1">
    <testcase name="first" classname="" time="0.000063" file="tests/a_test.ts" line="4" assertions="0" />
    <testsuite name="group" file="tests/a_test.ts" line="7" tests="2">
      <testcase name="second" classname="group" time="0" file="tests/a_test.ts" line="7" assertions="0" />
      <testcase name="todo" classname="group" time="0" file="tests\\b_test.ts" line="7" assertions="0">
        <skipped message="TODO" />
      </testcase>
    </testsuite>
  </testsuite>
</testsuites>`;

const EMPTY = '<testsuites name="deno test" tests="0" failures="0" errors="0" time="0"></testsuites>';
const GOOD = { code: 0, output: "out" };
const FILES = ["tests/a_test.ts", "tests/b_test.ts"];

test("readReport() counts the cases of Deno", () => {
  const { files, ...counts } = readReport(DENO);
  assert.deepEqual(counts, { passed: 2, failed: 1, skipped: 1, skippedTests: ["skipped"], announced: 4 });
  assert.deepEqual([...files], FILES);
});

test("readReport() counts the cases of Bun", () => {
  const { files, ...counts } = readReport(BUN);
  assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 1, skippedTests: ["todo"], announced: 3 });
  assert.deepEqual([...files], FILES);
});

test("judge() passes a clean run through", () => {
  const { passed, failed, skipped } = judge(GOOD, BUN, FILES);
  assert.deepEqual({ passed, failed, skipped }, {
    passed: 2,
    failed: 0,
    skipped: 1,
  });
});

test("judge() counts failed tests once, whatever the exit code", () => {
  assert.equal(judge({ code: 1, output: "" }, DENO, FILES).failed, 1);
  assert.equal(judge(GOOD, DENO, FILES).failed, 1);
});

test("judge() fails a run that wrote no report", () => {
  const { passed, failed, output } = judge(
    { code: "SIGSEGV", output: "out\n" },
    "",
    FILES,
  );
  assert.deepEqual({ passed, failed }, { passed: 0, failed: 1 });
  assert.match(
    output,
    /^out\nThe runner wrote no report\n\(ended with SIGSEGV\)$/,
  );
});

test("judge() fails a run without a test", () => {
  assert.equal(judge(GOOD, EMPTY, []).failed, 1);
  assert.match(judge(GOOD, EMPTY, []).output, /No test ran/);
});

test("judge() fails a run in which a file ran no test", () => {
  const { failed, output } = judge(GOOD, BUN, [...FILES, "tests/c_test.ts"]);
  assert.equal(failed, 1);
  assert.match(output, /tests\/c_test\.ts ran no test/);
});

test("judge() fails a run whose report was cut short", () => {
  const { failed, output } = judge(
    GOOD,
    BUN.replace('tests="3"', 'tests="9"'),
    FILES,
  );
  assert.equal(failed, 1);
  assert.match(output, /announces 9 tests and holds 3/);
});

test("judge() fails a run that ends badly though every test passed", () => {
  const { passed, failed, output } = judge(
    { code: 139, output: "" },
    BUN,
    FILES,
  );
  assert.deepEqual({ passed, failed }, { passed: 2, failed: 1 });
  assert.match(output, /ended with 139/);
});

test("judge() counts a crash at exit beside the failed tests", () => {
  const { passed, failed, output } = judge({ code: "SIGSEGV", output: "" }, DENO, FILES);
  assert.deepEqual({ passed, failed }, { passed: 2, failed: 2 });
  assert.match(output, /wrote its report and then: SIGSEGV/);
});
