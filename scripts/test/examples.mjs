// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Makes tests of the fenced ```ts examples in Markdown and doc comments.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { listDocumentedFiles, ROOT } from "./sources.mjs";

/** Where the generated tests are, seen from the project. */
export const EXAMPLES = ".tmp/examples";

/** The lines of a file in which an example may stand; all others are emptied. */
function documentationLines(file, text) {
  if (file.endsWith(".md")) return text.split("\n");
  let inside = false;
  return text.split("\n").map((line) => {
    if (/^\s*\/\*\*/.test(line)) inside = true;
    const kept = inside ? line.replace(/^\s*(\/\*\*|\*(?!\/)) ?/, "").replace(/\s*\*\/\s*$/, "") : "";
    if (line.includes("*/")) inside = false;
    return kept;
  });
}

/** The ```ts fences of a file: `{ line, ignored, code }`. */
export function extractExamples(file, text) {
  const examples = [];
  let open;
  documentationLines(file, text).forEach((line, index) => {
    const fence = /^\s*(`{3,})(\S*)\s*(.*)$/.exec(line);
    if (open !== undefined) {
      if (fence !== null && fence[1].length >= open.ticks && fence[2] === "") {
        if (open.runs) {
          examples.push({ ...open.example, code: open.lines.join("\n") });
        }
        open = undefined;
      } else open.lines.push(line);
    } else if (fence !== null) {
      const runs = fence[2] === "ts" || fence[2] === "typescript";
      const ignored = fence[3].split(/\s+/).includes("ignore");
      open = {
        ticks: fence[1].length,
        runs,
        lines: [],
        example: { line: index + 1, ignored },
      };
    }
  });
  if (open !== undefined) {
    throw new Error(
      `Cannot read the examples of ${file}: line ${open.example.line} opens a fence that nothing closes`,
    );
  }
  return examples;
}

/**
 * Writes one module per example, as it stands, and one test file per documented
 * file that imports them, and returns the test files that run something.
 */
export function writeExampleTests() {
  const directory = path.join(ROOT, EXAMPLES);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const tests = [];
  for (const file of listDocumentedFiles()) {
    const examples = extractExamples(
      file,
      readFileSync(path.join(ROOT, file), "utf8"),
    );
    if (examples.length === 0) continue;
    const stem = file.replace(/\.(md|ts)$/, "").replaceAll(/[^a-z0-9]+/gi, "_");
    const lines = examples.map((example) => writeExample(directory, file, stem, example));
    const name = `${stem}_${path.extname(file).slice(1)}_test.ts`;
    writeFileSync(
      path.join(directory, name),
      ['import { test } from "node:test";', "", ...lines, ""].join("\n"),
    );
    tests.push(`${EXAMPLES}/${name}`);
  }
  if (tests.length === 0) {
    throw new Error("Cannot test the examples: no ```ts fence was found");
  }
  return tests;
}

/** Writes the module of one example and returns the line that tests it. */
function writeExample(directory, file, stem, { line, ignored, code }) {
  const title = JSON.stringify(`${file}:${line}`);
  if (ignored) return `test(${title}, { skip: true }, () => {});`;
  const name = `${stem}_${path.extname(file).slice(1)}_${line}.ts`;
  // A variable that is there to be disposed of needs no other use.
  const disposables = [...code.matchAll(/^(?:await )?using (\w+)/gm)]
    .map((match) => `void ${match[1]};\n`);
  writeFileSync(
    path.join(directory, name),
    `${code}\n\n${disposables.join("")}export {};\n`,
  );
  return `test(${title}, () => import("./${name}").then(() => {}));`;
}
