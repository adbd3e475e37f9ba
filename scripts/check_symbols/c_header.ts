import { type CFunction, parseDeclaration } from "./c_declaration.ts";

/** What the headers of mimalloc declare. */
export interface CHeader {
  /** The exported functions by name. */
  readonly functions: ReadonlyMap<string, CFunction>;
  /** The function types by name. */
  readonly functionTypes: ReadonlyMap<string, CFunction>;
  /** The options by name, without `mi_option_`, in the order of their numbers. */
  readonly options: readonly string[];
  /** The fields of `mi_heap_area_t`, in order. */
  readonly areaFields: readonly string[];
  /** The fields of `mi_stats_t`, in order. */
  readonly statsFields: readonly StatsField[];
  /** `MI_STAT_VERSION`. */
  readonly statsVersion: number;
}

/** A field of `mi_stats_t`. */
export interface StatsField {
  readonly name: string;
  /** `count` is three 64-bit numbers, `counter` and `size` are one. */
  readonly kind: "count" | "counter" | "size";
  /** How many there are in a row; 1 unless it is an array. */
  readonly length: number;
}

/** Reads the text of `mimalloc.h` and `mimalloc-stats.h`. Throws `SyntaxError` when a part is not found. */
export function parseHeader(text: string): CHeader {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\/\/.*$/gm, " ");
  return {
    functions: parseFunctions(code),
    functionTypes: parseFunctionTypes(code),
    options: parseOptions(code),
    areaFields: parseFields(find(code, /typedef struct mi_heap_area_s \{([^}]*)\}/)),
    statsFields: parseStatsFields(code),
    statsVersion: Number(find(code, /#define MI_STAT_VERSION\s+(\d+)/)),
  };
}

function find(code: string, pattern: RegExp): string {
  const found = pattern.exec(code)?.[1];
  if (found === undefined) throw new SyntaxError(`Cannot read the header: nothing matches ${pattern}`);
  return found;
}

function withoutAttributes(code: string): string {
  return code.replace(/\bmi_(?:decl_\w+|cdecl)\b|\bmi_attr_\w+(?:\s*\([\d,\s]*\))?/g, " ");
}

function parseFunctions(code: string): Map<string, CFunction> {
  const declarations = [...code.matchAll(/^\s*(?:mi_decl_nodiscard\s+)?mi_decl_export[^;]*;/gm)];
  const functions = declarations.map(([text]) => parseDeclaration(withoutAttributes(text)));
  return new Map(functions.map((declared) => [declared.name, declared]));
}

function parseFunctionTypes(code: string): Map<string, CFunction> {
  const declarations = [...code.matchAll(/^typedef [^;{}()]*\(\s*mi_cdecl\s+\w+\s*\)[^;]*;/gm)];
  const types = declarations.map(([text]) => parseDeclaration(withoutAttributes(text)));
  return new Map(types.map((declared) => [declared.name, declared]));
}

function parseOptions(code: string): string[] {
  const names = find(code, /typedef enum mi_option_e \{([^}]*)\}/).split(",").map((entry) => entry.trim());
  // What follows is aliases of options that have been listed.
  const count = names.indexOf("_mi_option_last");
  const options = names.slice(0, count);
  const strange = options.find((name) => !/^mi_option_\w+$/.test(name));
  if (count < 0 || strange !== undefined) {
    throw new SyntaxError(`Cannot read the options: ${strange ?? "the end is missing"}`);
  }
  return options.map((name) => name.slice("mi_option_".length));
}

function parseFields(body: string): string[] {
  return [...body.matchAll(/(?:void\s*\*|size_t)\s+(\w+);/g)].map(([, name = ""]) => name);
}

function parseStatsFields(code: string): StatsField[] {
  const macro = find(code, /#define MI_STAT_FIELDS\(\)((?:.*\\\n)+)/);
  const listed = [...macro.matchAll(/MI_STAT_(COUNT|COUNTER)\((\w+)\)/g)]
    .map(([, kind, name = ""]) => ({
      name,
      kind: kind === "COUNT" ? "count" as const : "counter" as const,
      length: 1,
    }));
  const body = find(code, /typedef struct mi_stats_s\s*\{([^}]*)\}/);
  const [before = "", after = ""] = body.split("MI_STAT_FIELDS()");
  const sizes = [...before.matchAll(/size_t\s+(\w+);/g)].map(([, name = ""]) => ({
    name,
    kind: "size" as const,
    length: 1,
  }));
  const arrays = [...after.matchAll(/mi_stat_(count|counter)_t\s+(\w+)\[([^\]]+)\];/g)]
    .map(([, kind, name = "", length = ""]) => ({
      name,
      kind: kind as "count" | "counter",
      length: evaluate(code, length),
    }));
  return [...sizes, ...listed, ...arrays];
}

/** The length of an array: a number, or one of the two names that the header uses. */
function evaluate(code: string, length: string): number {
  switch (length) {
    case "MI_BIN_HUGE+1":
      return Number(find(code, /#define MI_BIN_HUGE\s+\((\d+)U\)/)) + 1;
    case "MI_CBIN_COUNT":
      return find(code, /typedef enum mi_chunkbin_e \{([^}]*)\}/).split(",").findIndex((name) =>
        name.trim() === "MI_CBIN_COUNT"
      );
    default:
      return Number(length);
  }
}
