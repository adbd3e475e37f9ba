import { LibraryLoadError } from "../errors.ts";
import { currentPlatform, longType } from "../platform.ts";
import type {
  AnyFunction,
  Backend,
  Callback,
  CallbackSignature,
  CType,
  Declarations,
  ForeignDeclaration,
  ForeignType,
  Handle,
} from "../types.ts";

/** The part of the `Deno` namespace that is used, so that no other compiler needs its types. */
interface DenoNamespace {
  dlopen(
    path: string,
    symbols: Record<string, unknown>,
  ): { symbols: Record<string, unknown> };
  UnsafePointer: {
    create(address: bigint): Handle | null;
    value(pointer: Handle): bigint;
  };
  UnsafeCallback: new (
    definition: { parameters: string[]; result: string },
    implementation: AnyFunction,
  ) => Callback;
  UnsafePointerView: {
    getArrayBuffer(
      pointer: Handle,
      byteLength: number,
      byteOffset: number,
    ): ArrayBuffer;
  };
  errors: { NotCapable: new (...args: never[]) => Error };
  permissions: { requestSync(descriptor: { name: "ffi" }): { state: string } };
}

// `size32` is declared as the 32-bit type: a `usize` argument takes 66 ns instead of 4 when it is
// a number, and both ABIs that are supported zero-extend a 32-bit argument.
const TYPES: Record<Exclude<CType, "arena">, string> = {
  void: "void",
  bool: "bool",
  i8: "i8",
  u8: "u8",
  i16: "i16",
  u16: "u16",
  i32: "i32",
  u32: "u32",
  i64: "i64",
  u64: "u64",
  long: longType(currentPlatform()),
  f32: "f32",
  f64: "f64",
  size: "usize",
  size32: "u32",
  pointer: "pointer",
  buffer: "buffer",
};

/** Makes the backend for Deno out of its global namespace. */
export function createDenoBackend(deno: DenoNamespace): Backend {
  const { getArrayBuffer } = deno.UnsafePointerView;
  const { create, value } = deno.UnsafePointer;

  return {
    name: "deno",
    hasOwnMimalloc: false,

    takesWideNumbers: false,
    canRunElsewhere: true,

    requirePermission: (library: string): void => requirePermission(deno, library),

    isPermissionError(error: unknown): boolean {
      if (error instanceof LibraryLoadError) return error.permission === "--allow-ffi";
      return error instanceof deno.errors.NotCapable;
    },

    bind(
      path: string,
      declarations: Declarations,
      integerArenas: boolean,
    ): Record<string, AnyFunction | null> {
      const typeOf = (type: CType): string => type === "arena" ? (integerArenas ? "i32" : "pointer") : TYPES[type];
      const table: Record<string, unknown> = {};
      for (
        const [name, { parameters, result }] of Object.entries(declarations)
      ) {
        table[name] = {
          parameters: parameters.map(typeOf),
          result: typeOf(result),
          optional: true,
        };
      }
      return open(deno, path, table) as Record<string, AnyFunction | null>;
    },

    bindForeign(
      path: string,
      declarations: Readonly<Record<string, ForeignDeclaration>>,
    ): Record<string, AnyFunction | null> {
      return open(deno, path, foreignTable(declarations)) as Record<string, AnyFunction | null>;
    },

    toBuffer: (handle: Handle): unknown => new Uint8Array(getArrayBuffer(handle, 1, 0)),

    addresses(
      path: string,
      names: readonly string[],
    ): Record<string, Handle | null> {
      // Pointer statics cost 5 us each where a function costs 70 us (Deno 2.9).
      const table: Record<string, unknown> = {};
      for (const name of names) {
        table[name] = { type: "pointer", optional: true };
      }
      return open(deno, path, table) as Record<string, Handle | null>;
    },

    createCallback({ parameters, result }: CallbackSignature, implementation: AnyFunction): Callback {
      return new deno.UnsafeCallback({
        parameters: parameters.map((type) => TYPES[type]),
        result: TYPES[result],
      }, implementation);
    },

    wrap(handle: Handle, byteOffset: number, byteLength: number): ArrayBuffer {
      try {
        return getArrayBuffer(handle, byteLength, byteOffset);
      } catch (error) {
        throw explain(deno, error);
      }
    },

    toAddress(handle: Handle): number {
      return Number(value(handle));
    },

    toHandle(address: number): Handle | null {
      return create(BigInt(address));
    },
  };
}

function requirePermission(deno: DenoNamespace, library: string): void {
  // Views need the unrestricted permission: with `--allow-ffi=<path>` the library opens, but
  // UnsafePointerView throws. In a terminal this asks; elsewhere it answers at once.
  if (deno.permissions.requestSync({ name: "ffi" }).state === "granted") return;
  throw new LibraryLoadError(
    `Cannot open ${library}: Deno has no permission for native calls, run again with ` +
      "--allow-ffi (without a path, because views of native memory need it)",
    { permission: "--allow-ffi" },
  );
}

/** What `Deno.dlopen` is told of the functions of a library that the program names. */
function foreignTable(declarations: Readonly<Record<string, ForeignDeclaration>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(declarations).map(([name, { parameters, result, nonblocking }]) => [name, {
      parameters: parameters.map(foreignType),
      result: foreignType(result),
      nonblocking,
      optional: true,
    }]),
  );
}

function foreignType(type: ForeignType): unknown {
  return typeof type === "string" ? TYPES[type] : { struct: type.scalars.map((scalar) => foreignType(scalar.type)) };
}

function open(deno: DenoNamespace, path: string, table: Record<string, unknown>): Record<string, unknown> {
  try {
    return deno.dlopen(path, table).symbols;
  } catch (error) {
    throw explain(deno, error);
  }
}

// A program can give the permission back while it runs.
function explain(deno: DenoNamespace, cause: unknown): unknown {
  if (!(cause instanceof deno.errors.NotCapable)) return cause;
  return new LibraryLoadError(
    "Cannot use native memory: Deno has no permission for native calls any more, or not for this library; run again " +
      "with --allow-ffi",
    { permission: "--allow-ffi", cause },
  );
}
