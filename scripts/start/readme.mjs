// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const README = "README.md";
const PICTURES = "docs/pictures";

/**
 * Puts texts between the marks of a document: `<!-- name:begin -->` and `<!-- name:end -->`.
 *
 * @param {string} document
 * @param {Record<string, string>} parts
 * @throws when it has no such marks
 */
export function replaceParts(document, parts) {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`Cannot write ${name}: the document has no ${begin} … ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, document);
}

/**
 * Puts the tables of a run into the README, and its pictures beside it.
 *
 * @param {{ parts: Record<string, string>, pictures: Record<string, string> }} run
 */
export function writeReadme({ parts, pictures }) {
  writeFileSync(README, replaceParts(readFileSync(README, "utf8"), parts));
  mkdirSync(PICTURES, { recursive: true });
  for (const [file, picture] of Object.entries(pictures)) writeFileSync(join(PICTURES, file), picture);
}
