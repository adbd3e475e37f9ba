// deno-lint-ignore-file explicit-function-return-type
// Writes `docs/reference/`: a page of Markdown for each entry point, from the doc comments. With `--check` it writes
// nothing, and ends with 1 when a page is not what they say.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { renderReference } from "./reference/render.mjs";
import { run } from "./test/run.mjs";
import { readConfiguration, ROOT } from "./test/sources.mjs";

const PAGES = path.join(ROOT, "docs", "reference");
// Of its own: the tests of types write the usual one meanwhile.
const DECLARATIONS = path.join(ROOT, ".tmp", "reference");

rmSync(DECLARATIONS, { recursive: true, force: true });
const { code, output } = await run(process.execPath, [
  "node_modules/typescript/bin/tsc",
  "--project",
  "tsconfig.declarations.json",
  "--outDir",
  DECLARATIONS,
]);
if (code !== 0) {
  process.stderr.write(output);
  process.exit(1);
}
const rendered = renderReference(readConfiguration(), DECLARATIONS);
if (process.argv.includes("--check")) check();
else write();

function check() {
  const present = new Set(readdirSync(PAGES));
  const names = [...new Set([...present, ...rendered.keys()])];
  const wrong = names.filter((name) =>
    !present.has(name) || readFileSync(path.join(PAGES, name), "utf8") !== rendered.get(name)
  );
  if (wrong.length === 0) return;
  process.stderr.write(`docs/reference: ${wrong.join(", ")} say something else than the doc comments\n`);
  process.exitCode = 1;
}

function write() {
  rmSync(PAGES, { recursive: true, force: true });
  mkdirSync(PAGES, { recursive: true });
  for (const [name, text] of rendered) writeFileSync(path.join(PAGES, name), text);
}
