import { openForeignLibrary } from "../../ffi/foreign/open_foreign_library.ts";
import type { AnyFunction, ForeignDeclaration } from "../../ffi/types.ts";
import { refuseArgument, requireArray, requireObject } from "../../heaps/argument.ts";
import { CallbackType } from "../signature/callback_type.ts";
import type { NativeFunction, Signature, Signatures } from "../signature/signature.ts";
import { type Callee, makeFunction } from "./_make_function.ts";
import { parameterOf, resultOf } from "./_parameters.ts";

/** The functions of a library by their names, until it is disposed of. */
export type NativeLibrary<S extends Signatures> = Disposable & { readonly [K in keyof S]: NativeFunction<S[K]> };

type Prepared = Pick<Callee, "name" | "parameters" | "result"> & { readonly nonblocking: boolean };

function prepare(name: string, signature: Signature): Prepared {
  const { parameters = [], result, nonblocking = false } = requireObject(signature, `open ${name}`, "its signature");
  const types = requireArray(parameters, `open ${name}`, "a list of types as its parameters");
  // Deno 2.9 ends the process for a Symbol.
  if (typeof nonblocking !== "boolean") refuseArgument(nonblocking, `open ${name}`, "true or false as nonblocking");
  if (nonblocking && types.some((type) => type instanceof CallbackType)) {
    throw new TypeError(
      `Cannot open a library: ${name} is nonblocking and takes a callback, which only the thread that made it can run`,
    );
  }
  return {
    name,
    parameters: types.map((type, index) =>
      parameterOf(type, `pass parameter ${index + 1} of ${name}`, `parameter ${index + 1} of ${name}`)
    ),
    result: resultOf(result, `the result of ${name}`),
    nonblocking,
  };
}

function declarationOf({ parameters, result, nonblocking }: Prepared): ForeignDeclaration {
  return { parameters: parameters.map(({ type }) => type), result: result.type, nonblocking };
}

/**
 * Opens a library of C and gives its functions, which take and return values of the types of {@linkcode Signatures}. `name`
 * is a bare name, which is looked for where the system keeps libraries and its loader was told to look, or a path, or
 * the `file:` URL of one.
 *
 * **UNSAFE** as all of C is: what is declared has to be what the library has. Values are checked before C is called:
 * numbers that are out of range, memory that was freed, pointers to something else are refused with `RangeError`,
 * `ClosedError` and `TypeError`. A function of a library that was disposed of throws `ClosedError`; the library itself
 * stays loaded until the process ends.
 *
 * Throws `LibraryLoadError` when no usable library is found, when it lacks a function or the permission for native calls
 * is missing; `TypeError` for what is no type, with its place; `UnsupportedError` for a struct that the runtime cannot
 * pass by value.
 *
 * @example
 * ```ts
 * import { openLibrary } from "@mimalloc/ffi/native";
 * import { i32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 * import process from "node:process";
 *
 * const name = process.platform === "darwin" ? "/usr/lib/libSystem.B.dylib" : "libc.so.6";
 * using libc = openLibrary(name, { abs: { parameters: [i32], result: i32 } });
 * assert.equal(libc.abs(-3), 3);
 * assert.throws(() => libc.abs(2 ** 31), RangeError);
 * ```
 */
export function openLibrary<const S extends Signatures>(name: string | URL, symbols: S): NativeLibrary<S> {
  const prepared = Object.entries(requireObject(symbols, "open a library", "an object with signatures"))
    .map(([symbol, signature]) => prepare(symbol, signature));
  const { path, functions } = openForeignLibrary(
    name,
    Object.fromEntries(prepared.map((each) => [each.name, declarationOf(each)])),
  );
  const gate = { open: true, label: path };
  const made: Record<PropertyKey, AnyFunction> = {
    [Symbol.dispose]: (): void => {
      gate.open = false;
    },
  };
  for (const { name, parameters, result, nonblocking } of prepared) {
    const call = functions[name]!;
    made[name] = makeFunction({ name, call, parameters, result, gate }, nonblocking);
  }
  return made as unknown as NativeLibrary<S>;
}
