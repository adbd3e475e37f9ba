import assert from "node:assert/strict";
import { test } from "node:test";
import { extractExamples } from "../../scripts/test/examples.mjs";

const FENCE = "```";

test("extractExamples() finds the ts fences of Markdown", () => {
  const text = [
    `${FENCE}ts`,
    "first;",
    FENCE,
    `${FENCE}sh`,
    "npm start",
    FENCE,
    `${FENCE}ts ignore`,
    "second;",
    "third;",
    FENCE,
    "````md",
    `${FENCE}ts`,
    "quoted;",
    FENCE,
    "````",
  ].join("\n");
  assert.deepEqual(extractExamples("README.md", text), [
    { line: 1, ignored: false, code: "first;" },
    { line: 7, ignored: true, code: "second;\nthird;" },
  ]);
});

test("extractExamples() finds the ts fences of doc comments only", () => {
  const text = [
    "/**",
    " * Words.",
    " *",
    ` * ${FENCE}ts`,
    " * if (true) {",
    " *   first;",
    " * }",
    ` * ${FENCE}`,
    " */",
    "export function f(): void {",
    `  const text = \`${FENCE}ts`,
    "  not_this;",
    `${FENCE}\`;`,
    "}",
  ].join("\n");
  assert.deepEqual(extractExamples("heaps/a.ts", text), [
    { line: 4, ignored: false, code: "if (true) {\n  first;\n}" },
  ]);
});

test("extractExamples() throws on a fence that is never closed", () => {
  assert.throws(
    () => extractExamples("README.md", `text\n${FENCE}ts\nx;`),
    /Cannot read the examples of README\.md: line 2 opens a fence that nothing closes/,
  );
});
