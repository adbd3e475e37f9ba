/**
 * The words in which the boundary to C is written: C types, what they are in JavaScript, and what a runtime has to
 * offer to be a {@linkcode Backend}.
 *
 * @module
 */

/** A memory address as a plain number of bytes from zero; exact up to 2^53. */
export type Address = number;

/**
 * A pointer as the runtime passes it to C: an external object in Deno, a number in Bun. Opaque: it is made by C or by
 * {@linkcode Backend.toHandle} alone, and `null` stands for NULL.
 */
export interface Handle {
  /** Exists in the type only, so that no other value is taken for a handle. */
  readonly handleOfMimalloc: never;
}

/** The numeric arena identifier of 2.x, or the pointer of 3.x. */
export type ArenaId = Handle | number | null;

/**
 * The C types of the symbol table.
 *
 * | name | C | JavaScript |
 * |---|---|---|
 * | `size` | `size_t` | `bigint` (parameters also take a number) |
 * | `size32` | `size_t` that the caller proved to be below 2^32 | `number`, at the cost of a `uint32_t` |
 * | `pointer` | any pointer, function pointers included | {@linkcode Handle} or `null` |
 * | `long` | `long`: 32 bits on Windows, else 64 | `number` on Windows, else `bigint` (parameters take a number) |
 * | `buffer` | pointer to bytes of JavaScript | a typed array, or `null` |
 * | `arena` | `mi_arena_id_t`: `int` in 2.x, `void*` in 3.x | {@linkcode ArenaId} |
 */
export type CType =
  | "void"
  | "bool"
  | "i8"
  | "u8"
  | "i16"
  | "u16"
  | "i32"
  | "u32"
  | "i64"
  | "u64"
  | "long"
  | "f32"
  | "f64"
  | "size"
  | "size32"
  | "pointer"
  | "buffer"
  | "arena";

/** One function of a C library. */
export interface Declaration {
  /** The types of the parameters, in order. */
  readonly parameters: readonly CType[];
  /** The type of the result. */
  readonly result: CType;
  /** The first mimalloc version that exports it; absent means every supported one. */
  readonly since?: string;
  /** The last mimalloc version that exports it; absent means that it is still there. */
  readonly until?: string;
  /** Releases in between that lack it all the same: `"3.0.1"`, or `"3.0.7 to 3.0.12"`. */
  readonly missing?: readonly string[];
  /** How it was declared in older versions, when that differs. */
  readonly older?: OlderDeclaration | readonly OlderDeclaration[];
  /** What it may do to the whole process; such a function is bound only on demand. */
  readonly danger?: string;
}

/** What was different about a function in older versions; what is absent was the same. */
export interface OlderDeclaration {
  /** The first version for which this holds; absent means every one up to the last. */
  readonly since?: string;
  /** The last version for which this holds. */
  readonly until: string;
  /** The types of the parameters, in order. */
  readonly parameters?: readonly CType[];
  /** The type of the result. */
  readonly result?: CType;
}

/** A group of functions that are bound together, by their exact C names. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** What a value of C type `T` is in JavaScript. */
export type Value<T extends CType> = T extends "void" ? void
  : T extends "bool" ? boolean
  : T extends "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64" | "size32" ? number
  : T extends "i64" | "u64" | "size" ? bigint
  : T extends "long" ? number | bigint
  : T extends "pointer" ? Handle | null
  : T extends "buffer" ? ArrayBufferView<ArrayBuffer> | null
  : ArenaId;

/** What may be passed for a parameter of C type `T`. */
export type Argument<T extends CType> = T extends "size" | "i64" | "u64" ? number | bigint
  : T extends "long" ? number
  : Value<T>;

/** The arguments of a function with the parameter types `P`. */
export type Arguments<P extends readonly CType[]> = {
  -readonly [I in keyof P]: P[I] extends CType ? Argument<P[I]> : never;
};

/** A C name in camel case: `aligned_at` becomes `alignedAt`. */
export type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/**
 * The JavaScript name of the C function `S`: `mi_heap_malloc` becomes `heapMalloc`. The underscore that a name starts
 * with stays: `mi__expand` is `_expand`.
 */
export type FunctionName<S extends string> = S extends `mi__${infer Rest}` ? `_${CamelCase<Rest>}`
  : S extends `mi_${infer Rest}` ? CamelCase<Rest>
  : CamelCase<S>;

/** The older forms of a function. */
export type OlderOf<D extends Declaration> = D extends { older: readonly (infer O)[] } ? O
  : D extends { older: infer O } ? O
  : never;

/** The parameter types of an older form, where they differ. */
export type OlderArguments<O> = O extends { parameters: infer P extends readonly CType[] } ? Arguments<P> : never;

/** The result type of an older form, where it differs. */
export type OlderResult<O> = O extends { result: infer R extends CType } ? Value<R> : never;

/** The parameter types of a function, in each form that it had. */
export type ArgumentsOf<D extends Declaration> = Arguments<D["parameters"]> | OlderArguments<OlderOf<D>>;

/** The result type of a function, in each form that it had. */
export type ResultOf<D extends Declaration> = Value<D["result"]> | OlderResult<OlderOf<D>>;

/**
 * The callable form of a group of declarations. A function that the loaded library lacks is there too, and throws
 * `UnsupportedError`.
 */
export type Functions<D extends Declarations> = {
  readonly [K in keyof D & string as FunctionName<K>]: (...args: ArgumentsOf<D[K]>) => ResultOf<D[K]>;
};

/** The C types that a callback may have; as parameters and result they are what {@linkcode Value} says. */
export type CallbackType = Exclude<CType, "buffer" | "arena">;

/** The C type of a function that JavaScript implements. */
export interface CallbackSignature {
  /** The types of the parameters, in order: seven at the most. */
  readonly parameters: readonly Exclude<CallbackType, "void">[];
  /** The type of the result. */
  readonly result: CallbackType;
}

/** What a callback with the parameter types `P` receives. */
export type CallbackArguments<P extends readonly CType[]> = {
  -readonly [I in keyof P]: P[I] extends CType ? Value<P[I]> : never;
};

/** The JavaScript function behind a callback of the signature `S`. */
export type CallbackFunction<S extends CallbackSignature> = (
  ...args: CallbackArguments<S["parameters"]>
) => Value<S["result"]>;

/** A JavaScript function that C can call while it is open. */
export interface Callback {
  /** The function pointer. */
  readonly pointer: Handle;
  /** Frees it. Never from inside itself (Deno 2.9 crashes), and never while C still knows the pointer. */
  close(): void;
}

/** A struct that is passed by value, as the numbers and pointers that it consists of. */
export interface ForeignStruct {
  /** Its bytes, with the padding at the end. */
  readonly byteLength: number;
  /** What it consists of, in the order of their places; each at the next multiple of its size. */
  readonly scalars: readonly ForeignScalar[];
}

/** One number or pointer of a struct. */
export interface ForeignScalar {
  /** Its C type. */
  readonly type: Exclude<ForeignType, ForeignStruct | "void">;
  /** Where it lies in the struct. */
  readonly byteOffset: number;
}

/** The C types of a library that the program names; in JavaScript a struct is a Uint8Array of its bytes. */
export type ForeignType = Exclude<CType, "arena" | "size32"> | ForeignStruct;

/** One function of a library that the program names. */
export interface ForeignDeclaration {
  /** The types of the parameters, in order. */
  readonly parameters: readonly Exclude<ForeignType, "void">[];
  /** The type of the result. */
  readonly result: ForeignType;
  /** Whether it runs on another thread where the runtime can do that; then it returns a promise. */
  readonly nonblocking: boolean;
}

/** A bound function, or `null` where the library does not export it. */
// deno-lint-ignore no-explicit-any -- the table's types are restored by Functions
export type AnyFunction = (...args: any[]) => any;

/** What the house needs of a runtime; `_deno.ts` and `_bun.ts` are the two that exist. */
export interface Backend {
  /** The runtime's name. */
  readonly name: "deno" | "bun";
  /** Whether the runtime itself allocates with a mimalloc of its own, which obeys the same environment variables. */
  readonly hasOwnMimalloc: boolean;
  /** Throws `LibraryLoadError` when the runtime forbids native calls; `library` is what was to be opened. */
  requirePermission(library: string): void;
  /** Whether `error` says that a permission is missing. */
  isPermissionError(error: unknown): boolean;
  /**
   * Opens the library at `path` for good and binds `declarations`. A missing symbol gives `null`; a library that cannot
   * be opened throws the runtime's own error. `integerArenas` says how `arena` is passed.
   */
  bind(
    path: string,
    declarations: Declarations,
    integerArenas: boolean,
  ): Record<string, AnyFunction | null>;
  /**
   * The same for a library that the program names. Throws `UnsupportedError` for a struct that the runtime cannot pass
   * by value.
   */
  bindForeign(
    path: string,
    declarations: Readonly<Record<string, ForeignDeclaration>>,
  ): Record<string, AnyFunction | null>;
  /** Whether integers of 64 bits are passed faster as numbers than as bigints. */
  readonly takesWideNumbers: boolean;
  /** Whether functions that are declared `nonblocking` run on another thread. */
  readonly canRunElsewhere: boolean;
  /** What stands for the memory at `handle` where a parameter of type `buffer` is passed. */
  readonly toBuffer: (handle: Handle) => unknown;
  /** The addresses of exported symbols, `null` for those that are missing. */
  addresses(
    path: string,
    names: readonly string[],
  ): Record<string, Handle | null>;
  /**
   * Makes a function pointer of a JavaScript function. Only for the thread that made it, and nothing may be thrown out
   * of it: `withCallback` sees to both.
   */
  createCallback(signature: CallbackSignature, implementation: AnyFunction): Callback;
  /** An ArrayBuffer over foreign memory, `byteOffset` bytes behind `handle`; copies nothing, owns nothing. */
  readonly wrap: (
    handle: Handle,
    byteOffset: number,
    byteLength: number,
  ) => ArrayBuffer;
  /** The numeric address of a handle. */
  readonly toAddress: (handle: Handle) => Address;
  /** The handle of a numeric address; `null` for 0. */
  readonly toHandle: (address: Address) => Handle | null;
}
