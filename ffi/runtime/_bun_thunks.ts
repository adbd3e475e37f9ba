import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnsupportedError } from "../errors.ts";
import { currentPlatform } from "../platform.ts";
import type { AnyFunction, ForeignDeclaration, ForeignStruct, ForeignType, Handle } from "../types.ts";

/** The C compiler that is a part of Bun. */
export type Compile = (options: {
  readonly source: string;
  readonly symbols: Record<string, { args: string[]; returns: string }>;
}) => { symbols: Record<string, AnyFunction> };

/** A function with structs among its types, and where it is. */
interface Target {
  readonly name: string;
  readonly address: Handle;
  readonly declaration: ForeignDeclaration;
}

const C_TYPES: Readonly<Record<Exclude<ForeignType, ForeignStruct>, string>> = {
  void: "void",
  bool: "_Bool",
  i8: "signed char",
  u8: "unsigned char",
  i16: "short",
  u16: "unsigned short",
  i32: "int",
  u32: "unsigned int",
  i64: "long long",
  u64: "unsigned long long",
  long: "long",
  f32: "float",
  f64: "double",
  size: "unsigned long",
  pointer: "void*",
  buffer: "void*",
};

// The calling convention of Linux and macOS on x64 passes a struct of at most 16 bytes in registers, one for each 8 bytes:
// of floating point where they hold nothing else. A larger one is copied to the stack, and one that is returned is
// written to where a pointer says, which comes first.
const INTEGER_REGISTERS = 6;
const FLOAT_REGISTERS = 8;

type Eightbyte = "long long" | "double";

/** Whether a function passes structs by value, which Bun cannot do by itself (1.4). */
export function needsThunk({ parameters, result }: ForeignDeclaration): boolean {
  return [...parameters, result].some((type) => typeof type === "object");
}

/** What each 8 bytes of a struct are passed as; `undefined` when it is passed in memory. */
function eightbytesOf({ byteLength, scalars }: ForeignStruct): Eightbyte[] | undefined {
  if (byteLength > 16) return undefined;
  return Array.from({ length: Math.ceil(byteLength / 8) }, (_, index) => {
    const parts = scalars.filter(({ byteOffset }) => Math.floor(byteOffset / 8) === index);
    return parts.every(({ type }) => type === "f32" || type === "f64") ? "double" : "long long";
  });
}

function refuse(name: string, why: string): never {
  throw new UnsupportedError({
    feature: `${name} with structs by value`,
    found: why,
    needed: "pointers to them, or Deno",
  });
}

/** The text of one thunk, made of nothing but its own names and C types: `f` is the function, `r` where a struct goes. */
class Thunk {
  readonly #name: string;
  readonly #types: string[] = [];
  readonly #values: string[] = [];
  readonly #parameters: string[] = ["void* f"];
  #integers = INTEGER_REGISTERS;
  #floats = FLOAT_REGISTERS;

  constructor(name: string) {
    this.#name = name;
  }

  addStruct(struct: ForeignStruct, index: number): void {
    this.#parameters.push(`void* a${index}`);
    const eightbytes = eightbytesOf(struct);
    if (eightbytes === undefined) {
      const words = Math.ceil(struct.byteLength / 8);
      this.#types.push(`struct S${words}`);
      this.#values.push(`*(struct S${words}*)a${index}`);
      return;
    }
    const integers = eightbytes.filter((type) => type === "long long").length;
    if (integers > this.#integers || eightbytes.length - integers > this.#floats) {
      refuse(this.#name, "more parameters than registers");
    }
    for (const [at, type] of eightbytes.entries()) this.#add(type, `((${type}*)a${index})[${at}]`);
  }

  addScalar(type: Exclude<ForeignType, ForeignStruct>, index: number): void {
    this.#parameters.push(`${C_TYPES[type]} a${index}`);
    this.#add(C_TYPES[type], `a${index}`);
  }

  addResultAddress(): void {
    this.#add("void*", "r");
  }

  #add(type: string, value: string): void {
    if (type === "double" || type === "float") this.#floats--;
    else this.#integers--;
    this.#types.push(type);
    this.#values.push(value);
  }

  text(index: number, result: ForeignType): string {
    const call = (type: string): string => `((${type} (*)(${this.#types}))f)(${this.#values})`;
    if (typeof result === "string") {
      return `${C_TYPES[result]} t${index}(${this.#parameters}) { ${result === "void" ? "" : "return "}${
        call(C_TYPES[result])
      }; }`;
    }
    return `void t${index}(${[...this.#parameters, "void* r"]}) { ${storeText(eightbytesOf(result), call)} }`;
  }
}

/** The text that calls and stores the struct that is returned. */
function storeText(eightbytes: Eightbyte[] | undefined, call: (type: string) => string): string {
  if (eightbytes === undefined) return `${call("void*")};`;
  const [first, second] = eightbytes;
  if (second === undefined) return `*(${first}*)r = ${call(first!)};`;
  if (first === second) {
    const pair = first === "double" ? "struct Floats" : "struct Integers";
    return `*(${pair}*)r = ${call(pair)};`;
  }
  // The compiler takes a struct of both kinds for one of integers (Bun 1.4). The other half is still in its register,
  // which a function of no content returns as it is.
  const [integer, float] = first === "double" ? [1, 0] : [0, 1];
  return `((long long*)r)[${integer}] = ${call("long long")}; ((double*)r)[${float}] = ((double (*)(void))nothing)();`;
}

function textOf({ name, declaration: { parameters, result } }: Target, index: number): string {
  const thunk = new Thunk(name);
  if (typeof result === "object" && eightbytesOf(result) === undefined) thunk.addResultAddress();
  for (const [at, type] of parameters.entries()) {
    if (typeof type === "object") thunk.addStruct(type, at);
    else thunk.addScalar(type, at);
  }
  return thunk.text(index, result);
}

function structsOf(targets: readonly Target[]): string {
  const words = targets.flatMap(({ declaration: { parameters } }) =>
    parameters.flatMap((type) => typeof type === "object" ? [Math.ceil(type.byteLength / 8)] : [])
  );
  return [...new Set(words)].map((count) => `struct S${count} { long long words[${count}]; };`).join("\n");
}

/** The types of a thunk as Bun takes them: the function itself comes first, and where a struct goes last. */
function typesOf({ parameters, result }: ForeignDeclaration, names: Readonly<Record<string, string>>): {
  args: string[];
  returns: string;
} {
  const nameOf = (type: ForeignType): string => typeof type === "object" ? "ptr" : names[type]!;
  const args = ["ptr", ...parameters.map(nameOf)];
  return typeof result === "object" ? { args: [...args, "ptr"], returns: "void" } : { args, returns: nameOf(result) };
}

/** `bytes` with room to its next multiple of 8, because whole registers are read. */
function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 8 === 0) return bytes;
  const whole = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  whole.set(bytes);
  return whole;
}

function callerOf(thunk: AnyFunction, { address, declaration: { parameters, result } }: Target): AnyFunction {
  const structs = parameters.flatMap((type, index) => typeof type === "object" ? [index] : []);
  return (...values: unknown[]): unknown => {
    for (const index of structs) values[index] = padded(values[index] as Uint8Array);
    if (typeof result !== "object") return thunk(address, ...values);
    const bytes = new Uint8Array(Math.ceil(result.byteLength / 8) * 8);
    thunk(address, ...values, bytes);
    return bytes.subarray(0, result.byteLength);
  };
}

/**
 * Functions that call `targets` with structs by value: Bun's C compiler makes one of each, from a text that is made of
 * the layout of the structs alone. The compiler takes 30 ms, and reads files only.
 */
export function compileThunks(
  compile: Compile,
  targets: readonly Target[],
  names: Readonly<Record<string, string>>,
): Record<string, AnyFunction> {
  const { os, arch } = currentPlatform();
  if (arch !== "x64" || os === "win32") refuse(targets[0]!.name, `Bun on ${os} ${arch}`);
  const text = [
    structsOf(targets),
    // Not with an array, which the compiler returns as if it were integers.
    "struct Floats { double first, second; };",
    "struct Integers { long long first, second; };",
    "static void nothing(void) {}",
    ...targets.map(textOf),
  ].join("\n");
  const directory = mkdtempSync(join(tmpdir(), "mimalloc-ffi-"));
  try {
    const source = join(directory, "thunks.c");
    writeFileSync(source, text);
    const symbols = Object.fromEntries(
      targets.map(({ declaration }, index) => [`t${index}`, typesOf(declaration, names)]),
    );
    const thunks = compile({ source, symbols }).symbols;
    return Object.fromEntries(targets.map((target, index) => [target.name, callerOf(thunks[`t${index}`]!, target)]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
