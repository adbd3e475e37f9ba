// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The reference: a page of Markdown for each entry point.
import { Declarations, docOf, hasMembers, headOf, kindOf, membersOf, textOf } from "./read.mjs";

const NOTE = "<!-- Written by scripts/generate_reference.mjs from the doc comments; do not edit. -->";

/** What a page has, in this order. */
const GROUPS = [
  ["class", "Classes"],
  ["function", "Functions"],
  ["constant", "Constants"],
  ["interface", "Interfaces"],
  ["type", "Types"],
];

/** The entry points in the order in which a name goes to the first one that has it. */
function orderOf(configuration) {
  const entries = Object.entries(configuration.exports).filter(([key]) => key !== "./cli");
  // What the main one has is documented there, although floors have it too.
  return entries.sort(([a], [b]) => Number(a === "./ffi") - Number(b === "./ffi"));
}

/** Anchors as GitHub makes them: the second of a name gets a number. */
class Anchors {
  #counts = new Map();

  next(heading) {
    const slug = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const count = this.#counts.get(slug) ?? 0;
    this.#counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  }
}

/** The pages by file name, made of the declarations in `directory`. */
export function renderReference(configuration, directory) {
  const declarations = new Declarations(directory);
  const pages = [];
  const homes = new Map();
  for (const [key, file] of orderOf(configuration)) {
    const page = {
      file: key === "." ? "main.md" : `${key.slice(2).replaceAll("/", "_")}.md`,
      specifier: configuration.name + key.slice(1),
      doc: declarations.moduleDoc(file),
      symbols: [...declarations.exportsOf(file).values()].sort((a, b) => a.name < b.name ? -1 : 1),
    };
    pages.push(page);
    for (const symbol of page.symbols) {
      const id = `${symbol.home}#${symbol.name}`;
      if (!homes.has(id)) homes.set(id, { page, anchor: undefined });
    }
  }
  for (const page of pages) placeAnchors(page, homes);
  const rendered = new Map(pages.map((page) => [page.file, renderPage(page, linkerFor(page, homes))]));
  rendered.set("README.md", renderIndex(pages));
  return rendered;
}

function homeOf({ home, name }, homes) {
  return homes.get(`${home}#${name}`);
}

function ownSymbols(page, homes) {
  const own = page.symbols.filter((symbol) => homeOf(symbol, homes).page === page);
  return GROUPS.map(([kind, title]) => [title, own.filter(({ nodes }) => kindOf(nodes) === kind)])
    .filter(([, symbols]) => symbols.length > 0);
}

function placeAnchors(page, homes) {
  const anchors = new Anchors();
  anchors.next(page.specifier);
  for (const [title, symbols] of ownSymbols(page, homes)) {
    anchors.next(title);
    for (const symbol of symbols) {
      homeOf(symbol, homes).anchor = anchors.next(symbol.name);
      for (const heading of memberHeadings(symbol)) anchors.next(heading);
    }
  }
}

/** What links names in the texts of a page to where they are documented. */
function linkerFor(page, homes) {
  const places = new Map();
  for (const [id, place] of homes) {
    const name = id.slice(id.indexOf("#") + 1);
    // A name that several have means the one of the page.
    if (!places.has(name) || place.page === page) places.set(name, place);
  }
  const link = (text, name) => {
    const place = places.get(name.split(/[.(]/)[0]);
    if (place === undefined) return `\`${text}\``;
    return `[\`${text}\`](${place.page === page ? "" : place.page.file}#${place.anchor})`;
  };
  return {
    own: (symbols) => symbols ?? ownSymbols(page, homes),
    others: page.symbols.filter((symbol) => homeOf(symbol, homes).page !== page),
    link,
    resolve: (text) =>
      text.replace(/\{@link(?:code)? ([^}\s]+)\s*([^}]*)\}/g, (_, name, label) => link(label || name, name)),
  };
}

function code(text) {
  return ["```ts", text, "```", ""];
}

function firstSentence(text) {
  const [paragraph] = text.split("\n\n");
  return paragraph.replaceAll("\n", " ").split(/(?<=[.:]) (?=[A-Z])/)[0].replace(/:$/, ".");
}

function renderPage(page, linker) {
  const groups = linker.own();
  const lines = [NOTE, "", `# ${page.specifier}`, "", ...renderDoc(page.doc, linker)];
  for (const [title, symbols] of groups) {
    lines.push(`**${title}**`, "");
    for (const symbol of symbols) {
      const summary = firstSentence(linker.resolve(summaryOf(symbol)));
      lines.push(`- ${linker.link(symbol.name, symbol.name)}${summary === "" ? "" : `: ${summary}`}`);
    }
    lines.push("");
  }
  if (linker.others.length > 0) {
    lines.push(`Also here: ${linker.others.map(({ name }) => linker.link(name, name)).join(", ")}.`, "");
  }
  for (const [title, symbols] of groups) {
    lines.push(`## ${title}`, "");
    for (const symbol of symbols) lines.push(...renderSymbol(symbol, linker));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

function summaryOf({ nodes }) {
  return nodes.map((node) => docOf(node).text).find((text) => text !== "") ?? "";
}

function renderDoc({ text, examples, initial }, linker) {
  const lines = text === "" ? [] : [linker.resolve(text), ""];
  if (initial !== undefined) lines.push(`Default: \`${initial}\`.`, "");
  for (const example of examples) lines.push(example, "");
  return lines;
}

function renderSymbol(symbol, linker) {
  const lines = [`### ${symbol.name}`, ""];
  for (const node of symbol.nodes) {
    lines.push(...code(hasMembers(node) ? headOf(node) : textOf(node)), ...renderDoc(docOf(node), linker));
    if (hasMembers(node)) lines.push(...renderMembers(symbol, node, linker));
  }
  return lines;
}

/** Whether a member has a heading of its own; others stand in a list. */
function isLarge({ isMethod, nodes }) {
  return isMethod || nodes.some((node) => docOf(node).examples.length > 0);
}

function headingOf({ name }, { name: member, isMethod, isStatic }) {
  if (member === "constructor") return `new ${name}()`;
  const object = isStatic ? name : name[0].toLowerCase() + name.slice(1);
  const access = member.startsWith("[") ? member : `.${member}`;
  return `${object}${access}${isMethod ? "()" : ""}`;
}

function memberHeadings(symbol) {
  return symbol.nodes.filter(hasMembers).flatMap((node) =>
    membersOf(node).filter(isLarge).map((member) => headingOf(symbol, member))
  );
}

function renderMembers(symbol, node, linker) {
  const members = membersOf(node);
  const lines = [];
  for (const { nodes: [member] } of members.filter((each) => !isLarge(each))) {
    const { text, initial } = docOf(member);
    const told = [linker.resolve(text), ...initial === undefined ? [] : [`Default: \`${initial}\`.`]].join("\n\n");
    const type = textOf(member).replace(/;$/, "").replace(/\s+/g, " ").replace(/^get (.*?)\(\)/, "readonly $1");
    lines.push(`- \`${type}\`${told === "" ? "" : `: ${told.replaceAll("\n", "\n  ")}`}`);
  }
  if (lines.length > 0) lines.push("");
  for (const member of members.filter(isLarge)) {
    lines.push(`#### ${headingOf(symbol, member)}`, "");
    lines.push(...code(member.nodes.map((each) => textOf(each)).join("\n")));
    for (const each of member.nodes) lines.push(...renderDoc(docOf(each), linker));
  }
  return lines;
}

function renderIndex(pages) {
  const rows = pages.map(({ file, specifier, doc }) => `- [\`${specifier}\`](${file}): ${firstSentence(doc.text)}`);
  return [
    NOTE,
    "",
    "# Reference",
    "",
    "Every class, function and type of each entry point, as the doc comments say it.",
    "",
    ...rows,
    "",
    "The functions of C, and what calls each of them, are in [api.md](../api.md).",
    "",
  ].join("\n");
}
