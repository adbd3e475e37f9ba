/** How long files and functions of the project are, as a parser sees them. */
// The parser that tsd brings along; TypeScript 7 has none that JavaScript can call at once.
import ts from "@tsd/typescript";
import type { Source } from "./_house.ts";

// Comments and empty lines do not count: they make code easier to read, not harder.
const MOST_FILE_LINES = 500;
const MOST_FUNCTION_LINES = 70;

interface Measured {
  readonly file: string;
  /** Its name with that of its class: `Heap.free`. */
  readonly name: string;
  readonly lines: number;
}

/** Whether a file has more than `most` lines of any kind, without which parsing it is a waste of time. */
function hasMoreLines({ text }: Source, most: number): boolean {
  return text.split("\n").length > most;
}

function parse({ path, text }: Source): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Where strings, templates and regular expressions stand, in order: what looks like a comment there is none. */
function listLiterals(file: ts.SourceFile): (readonly [start: number, end: number])[] {
  const literals: (readonly [number, number])[] = [];
  function visit(node: ts.Node): void {
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)) {
      literals.push([node.getStart(file), node.getEnd()]);
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  return literals;
}

/** For each line of a file whether it holds code, and not comments and spaces alone. */
function linesOfCode(file: ts.SourceFile): boolean[] {
  const literals = listLiterals(file);
  let next = 0;
  let code = "";
  let done = 0;
  for (const match of file.text.matchAll(/\/\/.*|\/\*[\s\S]*?\*\//g)) {
    if (match.index < done) continue;
    while (next < literals.length && literals[next]![1] <= match.index) next++;
    const literal = literals[next];
    if (literal !== undefined && literal[0] <= match.index) continue;
    code += file.text.slice(done, match.index) + match[0].replaceAll(/[^\n]/g, " ");
    done = match.index + match[0].length;
  }
  return (code + file.text.slice(done)).split("\n").map((line) => line.trim() !== "");
}

function countCode(lines: readonly boolean[], from: number, to: number): number {
  return lines.slice(from, to + 1).filter((isCode) => isCode).length;
}

/** The name of a function, or what holds it. */
function nameOf(node: ts.SignatureDeclaration): string {
  const { parent } = node;
  const own = node.name?.getText() ?? (ts.isConstructorDeclaration(node) ? "constructor" : undefined);
  if (own !== undefined) {
    const owner = ts.isClassLike(parent) ? `${parent.name?.text ?? "class"}.` : "";
    return `${owner}${own}`;
  }
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  if (!ts.isCallExpression(parent)) return "function";
  const [first] = parent.arguments;
  const title = first !== undefined && ts.isStringLiteralLike(first) ? JSON.stringify(first.text) : "";
  return `${parent.expression.getText()}(${title})`;
}

/** The functions that files pass to `specialise`, which compiles each anew. */
function listSpecialised(files: readonly ts.SourceFile[]): Set<string> {
  const names = new Set<string>();
  function collect(node: ts.Node): void {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(collect);
    else if (ts.isExpressionWithTypeArguments(node)) collect(node.expression);
  }
  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && node.expression.getText() === "specialise") node.arguments.forEach(collect);
    ts.forEachChild(node, visit);
  }
  files.forEach(visit);
  return names;
}

/** Whether a function only holds tests, each of which is measured itself. */
function isGroupOfTests({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) && parent.expression.getText() === "describe";
}

/** Every function that has a body, but for groups of tests. */
function measureFunctions(file: ts.SourceFile): Measured[] {
  const lines = linesOfCode(file);
  const found: Measured[] = [];
  function visit(node: ts.Node): void {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined && !isGroupOfTests(node)) {
      const [from, to] = [node.getStart(file), node.getEnd()].map((position) =>
        file.getLineAndCharacterOfPosition(position).line
      );
      found.push({ file: file.fileName, name: nameOf(node), lines: countCode(lines, from!, to!) });
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  return found;
}

/** Every file with more code than a person keeps in mind. */
export function findLongFiles(sources: readonly Source[]): string[] {
  return sources.filter((source) => hasMoreLines(source, MOST_FILE_LINES))
    .map((source) => ({ path: source.path, lines: countCode(linesOfCode(parse(source)), 0, Infinity) }))
    .filter(({ lines }) => lines > MOST_FILE_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines of code`);
}

/**
 * Every function with more code than a person takes in at once, functions in it included. What is passed to
 * `specialise` may be longer: it has to hold a whole class, whose methods are measured one by one.
 */
export function findLongFunctions(sources: readonly Source[]): string[] {
  const long = sources.filter((source) => hasMoreLines(source, MOST_FUNCTION_LINES));
  const callers = sources.filter(({ text }) => text.includes("specialise("));
  const specialised = listSpecialised(callers.map(parse));
  return long.map(parse).flatMap(measureFunctions)
    .filter(({ name, lines }) => lines > MOST_FUNCTION_LINES && !specialised.has(name))
    .map(({ file, name, lines }) => `${file}: ${name} has ${lines} lines of code`);
}
