// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What the entry points of the package export, as the emitted declarations say it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

// TypeScript 7 has no interface for programs; this is the copy of TypeScript 5 that tsd uses.
const ts = createRequire(import.meta.url)("@tsd/typescript");
const printer = ts.createPrinter({ removeComments: true });

/** Reads declaration files once each, from `directory`. */
export class Declarations {
  #directory;
  #files = new Map();
  #exports = new Map();

  constructor(directory) {
    this.#directory = directory;
  }

  /** The source file at `file`, a path in the project such as `heaps/mod.ts`. */
  #source(file) {
    const declared = file.replace(/\.ts$/, ".d.ts");
    let source = this.#files.get(declared);
    if (source === undefined) {
      const text = readFileSync(path.join(this.#directory, declared), "utf8");
      source = ts.createSourceFile(declared, text, ts.ScriptTarget.Latest, true);
      this.#files.set(declared, source);
    }
    return source;
  }

  /** The comment in front of a module, without the line `@module`. */
  moduleDoc(file) {
    const { text } = this.#source(file);
    const [comment] = ts.getLeadingCommentRanges(text, 0) ?? [];
    return comment === undefined ? readDoc("") : readDoc(text.slice(comment.pos, comment.end));
  }

  /** The exports of `file` by name: `{ name, home, nodes }`, where `home` is the file that declares it. */
  exportsOf(file) {
    const known = this.#exports.get(file);
    if (known !== undefined) return known;
    const found = new Map();
    this.#exports.set(file, found);
    const declared = new Map();
    for (const statement of this.#source(file).statements) {
      for (const name of namesOf(statement)) declared.set(name, [...declared.get(name) ?? [], statement]);
    }
    for (const statement of this.#source(file).statements) {
      if (ts.isExportDeclaration(statement)) this.#follow(file, statement, declared, found);
      else if (isExported(statement)) {
        for (const name of namesOf(statement)) found.set(name, { name, home: file, nodes: declared.get(name) });
      }
    }
    return found;
  }

  #follow(file, { exportClause, moduleSpecifier }, declared, found) {
    const from = moduleSpecifier === undefined
      ? undefined
      : path.posix.join(path.posix.dirname(file), moduleSpecifier.text);
    if (from !== undefined && !moduleSpecifier.text.startsWith(".")) return;
    if (exportClause === undefined) {
      for (const [name, each] of this.exportsOf(from)) found.set(name, each);
      return;
    }
    // A namespace: what is in it has a place of its own.
    if (ts.isNamespaceExport(exportClause)) return;
    for (const { name: { text: name }, propertyName } of exportClause.elements) {
      const original = propertyName?.text ?? name;
      const each = from === undefined
        ? declared.has(original) && { name, home: file, nodes: declared.get(original) }
        : this.exportsOf(from).get(original);
      if (each) found.set(name, each);
    }
  }
}

function isExported(statement) {
  return ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function namesOf(statement) {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.text);
  return statement.name === undefined ? [] : [statement.name.text];
}

/** What stands in the comment of a node. */
export function docOf(node) {
  const comment = node.jsDoc?.at(-1);
  return readDoc(comment === undefined ? "" : comment.getText());
}

/** A comment in parts: `{ text, examples, initial }`. */
function readDoc(comment) {
  const lines = comment.replace(/^\/\*\*/, "").replace(/\*\/$/, "").split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""));
  const parts = lines.join("\n").split(/^@(?=\w)/m);
  const tags = parts.slice(1).map((
    part,
  ) => [part.slice(0, part.search(/\s|$/)), part.slice(part.search(/\s|$/)).trim()]);
  return {
    text: parts[0].trim(),
    examples: tags.filter(([name]) => name === "example").map(([, text]) => text),
    initial: tags.find(([name]) => name === "default")?.[1].replace(/^\{(.*)\}$/s, "$1"),
  };
}

/** A node as TypeScript, without its comments and what makes it a declaration. */
export function textOf(node) {
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
  return text.replace(/^(export |declare |default )+/, "").replace(/^ {4}/gm, "  ");
}

/** `class`, `interface`, `function`, `type` or `constant`. */
export function kindOf(nodes) {
  if (nodes.some(ts.isClassDeclaration)) return "class";
  if (nodes.some(ts.isFunctionDeclaration)) return "function";
  if (nodes.some(ts.isVariableStatement)) return nodes.some(ts.isInterfaceDeclaration) ? "class" : "constant";
  return nodes.some(ts.isInterfaceDeclaration) ? "interface" : "type";
}

/** Whether a node has members of its own. */
export function hasMembers(node) {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

/** The first line of a class or interface, such as `class Heap implements Allocator`. */
export function headOf(node) {
  return textOf(node).split("{")[0].trim();
}

/** The public members of a class or interface, the same name once: `{ name, nodes, isMethod }`. */
export function membersOf(node) {
  const members = new Map();
  for (const member of node.members) {
    const flags = ts.getCombinedModifierFlags(member);
    if (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) continue;
    if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) continue;
    const own = ts.isConstructorDeclaration(member) ? "constructor" : member.name?.getText() ?? textOf(member);
    const key = `${flags & ts.ModifierFlags.Static} ${own}`;
    const isMethod = ts.isMethodDeclaration(member) || ts.isMethodSignature(member) ||
      ts.isConstructorDeclaration(member);
    const known = members.get(key);
    if (known === undefined) {
      members.set(key, { name: own, isMethod, isStatic: (flags & ts.ModifierFlags.Static) !== 0, nodes: [member] });
    } else known.nodes.push(member);
  }
  return [...members.values()];
}
