/** A parameter or result of C, as far as a call cares. */
export interface CValue {
  /** The type as it is written, without `const`: `size_t`, `mi_heap_t*`. */
  readonly type: string;
  /** The name of the parameter; empty for a result. */
  readonly name: string;
}

/** A function or function type of C. */
export interface CFunction {
  readonly name: string;
  readonly result: CValue;
  readonly parameters: readonly CValue[];
}

/**
 * Reads a C declaration such as `void* mi_calloc(size_t count, size_t size);` or
 * `typedef bool (mi_heap_visit_fun)(mi_heap_t* heap, void* arg);`.
 *
 * Throws `SyntaxError` when it is neither.
 */
export function parseDeclaration(text: string): CFunction {
  const found = /^(?:typedef\s+)?(.*?)\s*\(?\s*\b(mi_\w+)\s*\)?\s*\((.*)\)\s*;?$/s.exec(text.trim());
  if (found === null) throw new SyntaxError(`Cannot read a C declaration: ${text}`);
  const [, result = "", name = "", parameters = ""] = found;
  return {
    name,
    result: { type: normalizeType(result), name: "" },
    parameters: /^\s*(?:void)?\s*$/.test(parameters) ? [] : parameters.split(",").map(parseParameter),
  };
}

function parseParameter(text: string): CValue {
  const found = /^(.*?[\s*])(\w+)$/s.exec(text.trim());
  if (found === null) throw new SyntaxError(`Cannot read a C parameter: ${text}`);
  return { type: normalizeType(found[1] ?? ""), name: found[2] ?? "" };
}

function normalizeType(text: string): string {
  return text.replace(/\bconst\b/g, " ").replace(/\s+/g, " ").replace(/\s*\*\s*/g, "*").trim();
}

/** Writes a declaration on one line, in one form for all: `void* mi_calloc(size_t count, size_t size)`. */
export function formatDeclaration({ name, result, parameters }: CFunction): string {
  const list = parameters.map((parameter) => `${parameter.type} ${parameter.name}`);
  return `${result.type} ${name}(${list.join(", ")})`;
}
