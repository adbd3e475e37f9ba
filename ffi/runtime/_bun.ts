import { currentPlatform, longType } from "../platform.ts";
import type {
  AnyFunction,
  Backend,
  Callback,
  CallbackSignature,
  CType,
  Declarations,
  ForeignDeclaration,
  Handle,
} from "../types.ts";
import { type Compile, compileThunks, needsThunk } from "./_bun_thunks.ts";

/** The part of the `bun:ffi` module that is used, so that no other compiler needs its types. */
interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, unknown>,
  ): { symbols: Record<string, AnyFunction> };
  JSCallback: new (
    implementation: AnyFunction,
    definition: { args: string[]; returns: string },
  ) => { readonly ptr: Handle; close(): void };
  cc: Compile;
  toArrayBuffer(
    pointer: Handle,
    byteOffset: number,
    byteLength: number,
  ): ArrayBuffer;
}

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
  pointer: "ptr",
  buffer: "ptr",
};

/** The addresses of the C library's own lookup functions are found in the C library. */
const DYNAMIC_LOADER: Declarations = {
  // void *dlopen(const char *filename, int flags);
  dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
  // void *dlsym(void *handle, const char *symbol);
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
};

const RTLD_LAZY = 1;

/** Makes the backend for Bun out of its `bun:ffi` module; `libcPath` is where `dlsym` lives. */
export function createBunBackend(ffi: BunFfi, libcPath: string): Backend {
  const { dlopen, toArrayBuffer, JSCallback } = ffi;
  let loader: Record<string, AnyFunction | null> | undefined;

  function bind(path: string, declarations: Declarations, integerArenas: boolean): Record<string, AnyFunction | null> {
    return bindAll(dlopen, path, declarations, integerArenas);
  }

  function addresses(path: string, names: readonly string[]): Record<string, Handle | null> {
    // Once: Bun makes new machine code whenever a function is bound.
    const { dlopen: open, dlsym } = loader ??= bind(libcPath, DYNAMIC_LOADER, false);
    const encode = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);
    const library = open?.(encode(path), RTLD_LAZY);
    if (!library || !dlsym) {
      throw new Error(`Cannot look up symbols: ${path} does not open`);
    }
    return Object.fromEntries(
      names.map((name) => [name, dlsym(library, encode(name))]),
    );
  }

  return {
    name: "bun",
    hasOwnMimalloc: true,
    takesWideNumbers: true,
    canRunElsewhere: false,
    requirePermission(): void {},
    isPermissionError: (): boolean => false,
    bind,

    bindForeign(
      path: string,
      declarations: Readonly<Record<string, ForeignDeclaration>>,
    ): Record<string, AnyFunction | null> {
      const all = Object.entries(declarations);
      const plain = all.filter(([, declaration]) => !needsThunk(declaration)) as unknown as [
        string,
        Declarations[string],
      ][];
      return {
        ...bind(path, Object.fromEntries(plain), false),
        ...bindWithStructs(
          all.filter(([, declaration]) => needsThunk(declaration)),
          ffi.cc,
          (names) => addresses(path, names),
        ),
      };
    },

    toBuffer: (handle: Handle): unknown => handle,
    addresses,

    createCallback({ parameters, result }: CallbackSignature, implementation: AnyFunction): Callback {
      const callback = new JSCallback(implementation, {
        args: parameters.map((type) => TYPES[type]),
        returns: TYPES[result],
      });
      return { pointer: callback.ptr, close: (): void => callback.close() };
    },

    wrap(handle: Handle, byteOffset: number, byteLength: number): ArrayBuffer {
      return toArrayBuffer(handle, byteOffset, byteLength);
    },

    toAddress(handle: Handle): number {
      return handle as unknown as number;
    },

    toHandle(address: number): Handle | null {
      return address === 0 ? null : address as unknown as Handle;
    },
  };
}

type Open = BunFfi["dlopen"];

type Definition = readonly [name: string, definition: { readonly args: string[]; readonly returns: string }];

/**
 * Binds as many functions as can be with one call of `dlopen`: each call leaves 0.3 KiB behind when its Worker has ended,
 * each function 0.25 (Bun 1.4). Those that the library lacks are found by halves.
 */
function bindTogether(dlopen: Open, path: string, definitions: readonly Definition[]): Record<string, AnyFunction> {
  if (definitions.length === 0) return {};
  try {
    return dlopen(path, Object.fromEntries(definitions)).symbols;
  } catch (error) {
    // Bun has no optional symbols: a missing one is told from other faults by its code.
    if ((error as { code?: string }).code !== "ERR_INVALID_ARG_TYPE") throw error;
  }
  const half = definitions.length >> 1;
  if (half === 0) return {};
  return {
    ...bindTogether(dlopen, path, definitions.slice(0, half)),
    ...bindTogether(dlopen, path, definitions.slice(half)),
  };
}

function bindAll(
  dlopen: Open,
  path: string,
  declarations: Declarations,
  integerArenas: boolean,
): Record<string, AnyFunction | null> {
  const typeOf = (type: CType): string => type === "arena" ? (integerArenas ? "i32" : "ptr") : TYPES[type];
  const definitions = Object.entries(declarations).map(([name, { parameters, result }]): Definition => {
    return [name, { args: parameters.map(typeOf), returns: typeOf(result) }];
  });
  const bound = bindTogether(dlopen, path, definitions);
  return Object.fromEntries(definitions.map(([name]) => [name, bound[name] ?? null]));
}

/** The functions that take or return structs, and `null` for those that the library lacks. */
function bindWithStructs(
  declarations: readonly (readonly [string, ForeignDeclaration])[],
  compile: Compile,
  lookUp: (names: readonly string[]) => Record<string, Handle | null>,
): Record<string, AnyFunction | null> {
  const found = lookUp(declarations.map(([name]) => name));
  const targets = declarations.flatMap(([name, declaration]) => {
    const address = found[name];
    return address ? [{ name, address, declaration }] : [];
  });
  const thunks = targets.length === 0 ? {} : compileThunks(compile, targets, TYPES);
  return Object.fromEntries(declarations.map(([name]) => [name, thunks[name] ?? null]));
}
