/** The rules of the rooms of the house, as functions over sources. */
import path from "node:path";
import { listImports, type Source } from "./_house.ts";

/** The folder of a file. */
function folderOf(file: string): string {
  return path.posix.dirname(file);
}

/** The room of a file: its folder below a floor, or the file itself where it stands on the floor. */
function roomOf(file: string): string {
  const [floor, room, ...rest] = file.split("/");
  return rest.length > 0 ? `${floor}/${room}` : file;
}

/** Every import of a file that belongs to another folder, as its `_` says. */
export function findIntruders(sources: readonly Source[]): string[] {
  return listImports(sources)
    .filter(({ to }) => path.posix.basename(to).startsWith("_"))
    .filter(({ from, to }) => folderOf(from) !== folderOf(to))
    .map(({ from, to }) => `${from} imports ${to}`);
}

/**
 * The circles among places that import each other, types included: each as the sorted places of which every one leads
 * to every other one.
 */
function findCircles(edges: readonly { readonly from: string; readonly to: string }[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (from !== to) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const reached = new Map([...targets.keys()].map((start) => [start, reach(start, targets)]));
  const circles = new Set<string>();
  for (const [start, places] of reached) {
    if (!places.has(start)) continue;
    const circle = [...places].filter((place) => reached.get(place)?.has(start));
    circles.add(circle.sort().join(" "));
  }
  return [...circles].sort().map((circle) => circle.split(" "));
}

/** Every place that `start` leads to by at least one import. */
function reach(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const places = new Set<string>();
  const open = [start];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const target of targets.get(place) ?? []) {
      if (places.has(target)) continue;
      places.add(target);
      open.push(target);
    }
  }
  return places;
}

/** Every circle of rooms, types included, as `stl/hash < > stl/rows`. */
export function findRoomCircles(sources: readonly Source[]): string[] {
  const edges = listImports(sources).map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }));
  return findCircles(edges).map((circle) => circle.join(" <> "));
}

/** Every circle of files, types included, as `stl/vector/column.ts <> stl/vector/soa_vector.ts`. */
export function findFileCircles(sources: readonly Source[]): string[] {
  return findCircles(listImports(sources)).map((circle) => circle.join(" <> "));
}

/** A line of a file that gives on what another file has. */
interface Reexport {
  readonly from: string;
  readonly to: string;
  /** What it names, `*` for all, types left out. */
  readonly values: readonly string[];
}

function listReexports(sources: readonly Source[]): Reexport[] {
  return sources.flatMap(({ path: from, text }) =>
    [...text.matchAll(/^export (type )?(\*|\{([^}]*)\}) from "(\.[^"]+)";/gm)].map(([, type, all, names, to]) => ({
      from,
      to: path.posix.join(folderOf(from), to!),
      values: type !== undefined ? [] : names === undefined ? [all!] : listValues(names),
    }))
  );
}

/** The values in a list of names such as `a, type B, c as d`, as the other file calls them. */
function listValues(names: string): string[] {
  return names.split(",").map((name) => name.trim()).filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => name.split(" as ")[0]!);
}

/** Whether a file of TypeScript exports anything but types. */
function hasValues({ text }: Source): boolean {
  return /^export (?:declare )?(?:abstract )?(?:const|let|class|function|async|enum|default)\b/m.test(text) ||
    /^export \{(?!\})/m.test(text);
}

/** Every value of a `core/` that a file outside it gives on. */
export function findCoreExports(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const isCore = (file: string): boolean => folderOf(file).endsWith("/core");
  return listReexports(sources)
    .filter(({ from, to, values }) => isCore(to) && !isCore(from) && values.length > 0)
    .filter(({ to, values }) => values[0] !== "*" || hasValues(byPath.get(to) ?? { path: to, text: "export {a}" }))
    .map(({ from, to, values }) => `${from} exports ${values.join(", ")} of ${to}`);
}

/** Every line of a `mod.ts` that stands behind one with a later path. */
export function findUnsortedExports(sources: readonly Source[]): string[] {
  const front = sources.filter(({ path: file }) => path.posix.basename(file) === "mod.ts");
  return front.flatMap((source) => {
    const lines = listReexports([source]).map(({ to }) => to);
    return lines.filter((to, index) => index > 0 && to < lines[index - 1]!)
      .map((to) => `${source.path} exports ${to} too late`);
  });
}

/** Every folder of tests that is named after nothing in the project, seen from the paths of all files. */
export function findStrayTestFolders(files: readonly string[], others: readonly string[]): string[] {
  const folders = new Set(files.filter((file) => !file.startsWith("tests/")).flatMap(parentsOf));
  const rooms = files.filter((file) => file.startsWith("tests/")).flatMap(parentsOf)
    .filter((folder) => folder !== "tests").map((folder) => folder.slice("tests/".length));
  return [...new Set(rooms)]
    .filter((room) => !others.some((other) => `/${room}/`.includes(`/${other}/`)) && !folders.has(room))
    .map((room) => `tests/${room}`)
    .sort();
}

/** The folders that hold a file, from the outermost on. */
function parentsOf(file: string): string[] {
  const names = folderOf(file).split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}
