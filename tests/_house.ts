/** The house rules that a script can check, as functions over sources. */

/** One source file: its path in the project and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** An import of one source by another, both as paths in the project. */
interface Edge {
  readonly from: string;
  readonly to: string;
  /** Whether nothing but types is imported, which leaves no trace at run time. */
  readonly erased: boolean;
}

/** The floors of the house from the ground up; a floor imports only floors below it. */
const FLOORS = [
  "ffi",
  "heaps",
  "stl",
  "native",
  "tables",
  "threads",
  "realtime",
  "observe",
  "cli",
];

/** The one module of another floor that the second floor may know. */
const STL_WINDOW = "heaps/allocator.ts";

// A comment, a string, a template or a regular expression, whichever starts first.
const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:!&|?;[{]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The code of a source without comments; without the text of strings too when asked. */
function strip(text: string, { strings }: { strings: boolean }): string {
  return text.replace(TOKENS, (token) => {
    const comment = token.startsWith("/*") || token.startsWith("//");
    if (!comment && !strings) return token;
    return token.replaceAll(/[^\n]/g, " ");
  });
}

function floorOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function findAll(
  { path, text }: Source,
  code: string,
  pattern: RegExp,
): string[] {
  return [...code.matchAll(pattern)].map((match) => `${path}:${lineOf(text, match.index)} ${match[0].trim()}`);
}

/** Every place outside the ground floor that names a runtime. */
export function findRuntimeNames(sources: readonly Source[]): string[] {
  return sources.filter(({ path }) => floorOf(path) !== "ffi").flatMap((
    source,
  ) => [
    ...findAll(
      source,
      strip(source.text, { strings: true }),
      /\b(?:Deno|Bun)\b/g,
    ),
    ...findAll(
      source,
      strip(source.text, { strings: false }),
      /["'`]bun:[^"'`]*/g,
    ),
  ]);
}

/** Every C name of mimalloc in code outside the ground floor. */
export function findCNames(sources: readonly Source[]): string[] {
  return sources.filter(({ path }) => floorOf(path) !== "ffi").flatMap((
    source,
  ) => findAll(source, strip(source.text, { strings: true }), /\bmi_\w+/g));
}

/** Every use of the console. */
export function findConsoleCalls(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => findAll(source, strip(source.text, { strings: true }), /\bconsole\s*[.[]/g));
}

/** The relative imports and re-exports of the sources, types included. */
export function listImports(sources: readonly Source[]): Edge[] {
  const pattern = /\b(?:import|export)\b[^'";()]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;
  return sources.flatMap(({ path, text }) =>
    [...strip(text, { strings: false }).matchAll(pattern)]
      .map((match) => ({
        specifier: match[1] ?? match[2] ?? "",
        erased: /^(?:import|export)\s+type\b/.test(match[0]),
      }))
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier, erased }) => ({
        from: path,
        to: new URL(specifier, `file:///${path}`).pathname.slice(1),
        erased,
      }))
  );
}

/** Whether the architecture lets `from` import `to`. */
function isAllowed({ from, to }: Edge): boolean {
  const [upper, lower] = [floorOf(from), floorOf(to)];
  if (upper === lower) return true;
  // The front door shows the lowest two floors, and nobody comes in through it.
  if (upper === "mod.ts") return lower === "ffi" || lower === "heaps";
  if (upper === "stl") return to === STL_WINDOW;
  return FLOORS.includes(lower) &&
    FLOORS.indexOf(lower) < FLOORS.indexOf(upper);
}

/** Every import that goes up a floor, or past the one window of stl. */
export function findForbiddenImports(sources: readonly Source[]): string[] {
  return listImports(sources).filter((edge) => !isAllowed(edge)).map((
    { from, to },
  ) => `${from} imports ${to}`);
}

/** Every cycle of imports that exists at run time, as the paths along it. */
export function findImportCycles(sources: readonly Source[]): string[] {
  const edges = listImports(sources).filter(({ erased }) => !erased);
  const targets = Map.groupBy(edges, ({ from }) => from);
  const finished = new Set<string>();
  const cycles: string[] = [];
  function visit(path: string, trail: readonly string[]): void {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
    } else if (!finished.has(path)) {
      for (const { to } of targets.get(path) ?? []) visit(to, [...trail, path]);
      finished.add(path);
    }
  }
  for (const { path } of sources) visit(path, []);
  return cycles;
}

/** The anchors of a document's headings, as GitHub makes them: what comes again has a number. */
function anchorsOf(text: string): Set<string> {
  const counts = new Map<string, number>();
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const anchor = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-");
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  }));
}

/** Every link of a Markdown file to a file or heading of this project that does not exist. */
export function findBrokenLinks(sources: readonly Source[], exists: (path: string) => boolean): string[] {
  const anchors = new Map(sources.map(({ path, text }) => [path, anchorsOf(text)]));
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
      .filter(([, file, anchor]) => {
        const target = file === "" ? path : new URL(file!, `file:///${path}`).pathname.slice(1);
        return !exists(target) || (anchor !== undefined && !anchors.get(target)?.has(anchor));
      })
      .map((match) => `${path}:${lineOf(text, match.index)} ${match[0].slice(2, -1)}`)
  );
}
