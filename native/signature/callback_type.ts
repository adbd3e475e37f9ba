import { backend } from "../../ffi/runtime/backend.ts";
import type { AnyFunction, CallbackType as CallbackCType, Handle } from "../../ffi/types.ts";
import { ClosedError } from "../../heaps/allocator.ts";
import { refuseArgument, requireArray, requireFunction, requireObject, shown } from "../../heaps/argument.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { compileText } from "../../stl/core/specialise.ts";
import type { AnyElement, Element, InferElement } from "../../stl/elements/element.ts";
import { calls, keepFailure } from "../core/calls.ts";
import { makePointer, type Pointer } from "../pointer/pointer.ts";
import { pointer, type PointerType } from "../pointer/pointer_type.ts";
import { type Passer, passerOf } from "./pass.ts";
import { type Receiver, receiverOf } from "./receive.ts";
import { CStringType } from "./c_string.ts";

/** The C type of a function that JavaScript implements. */
export interface CallbackSignature {
  /**
   * The types of its parameters.
   *
   * @default {[]}
   */
  readonly parameters?: readonly AnyElement[];
  /** The type of its result; none (`void`) when it is left out. */
  readonly result?: AnyElement;
}

/** The values that C calls a callback with. */
export type CallbackValues<P> = P extends readonly AnyElement[]
  ? { -readonly [I in keyof P]: P[I] extends AnyElement ? InferElement<P[I]> : never }
  : [];

/** What a callback of the signature `S` is in JavaScript. */
export type CallbackImplementation<S extends CallbackSignature> = (
  ...values: CallbackValues<S["parameters"]>
) => S["result"] extends AnyElement ? InferElement<S["result"]> : void;

/** A function pointer behind which functions of JavaScript take turns. */
export interface Trampoline {
  readonly handle: Handle;
  implementation: AnyFunction;
}

/** The pointer of a callback that is kept; not part of the public interface. */
let trampolineOf: (kept: KeptCallback) => Trampoline;

/** A callback that C can keep: it can be called until it is closed. Made by `keep()` of its type. */
export class KeptCallback implements Disposable {
  readonly #trampoline: Trampoline;
  #closed = false;

  static {
    trampolineOf = (kept) => kept.#trampoline;
  }

  /** Takes over what C calls. */
  constructor(key: typeof PRIVATE, trampoline: Trampoline) {
    requirePrivate(key, "KeptCallback", "keep() of a callback type makes them");
    this.#trampoline = trampoline;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The function pointer, which stays one: what C calls after the end does nothing. */
  get pointer(): Pointer {
    return makePointer(this.#trampoline.handle, undefined);
  }

  /**
   * Ends it. Tell C first: a call after that gives C 0, and the call of C that made it throws `ClosedError`. The function
   * pointer itself stays until the process ends, because the runtime would crash behind it.
   */
  close(): void {
    this.#closed = true;
    this.#trampoline.implementation = refuseClosed;
  }

  /** The same as {@linkcode KeptCallback.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function refuseClosed(): never {
  throw new ClosedError("Cannot call a callback: C has called one that was closed, or one of a call that is over");
}

const pointers: PointerType<undefined> = pointer();

/** Any callback type. */
// deno-lint-ignore no-explicit-any -- implementations take what they are called with, so only any admits every one
export type AnyCallback = CallbackType<any>;

/** A trampoline for one call; `undefined` when it needs none. Not part of the public interface. */
export let enterCallback: (type: AnyCallback, value: unknown, action: string) => Trampoline | undefined;

/** Ends the use of a trampoline for one call; not part of the public interface. */
export let leaveCallback: (type: AnyCallback, trampoline: Trampoline) => void;

/** The type of a function that C calls; made by {@linkcode callback}. */
export class CallbackType<S extends CallbackSignature> implements Element<Pointer | null, KeptCallback | null> {
  static {
    enterCallback = (type, value, action) => type.#enter(value, action);
    leaveCallback = (type, trampoline) => type.#leave(trampoline);
  }

  readonly #free: Trampoline[] = [];
  readonly #parameters: readonly Receiver[];
  readonly #result: Passer | undefined;
  /** What messages call it. */
  readonly name = "callback";
  /** Bytes of a pointer. */
  readonly byteLength: number = pointers.byteLength;
  /** The alignment of a pointer. */
  readonly alignment: number = pointers.alignment;
  /** Names everything that decides how its bytes are read. */
  readonly layout = "callback";
  /** The function pointer at a byte offset; `null` for NULL. */
  readonly read: Element<Pointer | null>["read"] = pointers.read;
  /** Stores the function pointer of a callback that is kept. */
  readonly write: Element<unknown, KeptCallback | null>["write"];

  /** Makes it of its signature. */
  constructor(signature: S) {
    const { parameters = [], result } = requireObject(signature, "make a callback", "its signature");
    const types = requireArray(parameters, "make a callback", "a list of types as its parameters");
    this.#parameters = types.map((type, index) => receiverOf(type) ?? refuseType(type, `parameter ${index + 1}`));
    this.#result = result === undefined ? undefined : this.#passerOf(result);
    this.write = (view, byteOffset, value): void => {
      if (value !== null && !(value instanceof KeptCallback)) {
        refuseArgument(value, "store a callback", "what its keep() has returned, or null");
      }
      pointers.write(view, byteOffset, value === null ? null : value.pointer);
    };
  }

  #passerOf(result: AnyElement): Passer {
    const action = "return this from a callback";
    if (result instanceof CStringType) refuseType(result, "the result");
    const passer = passerOf(result, action) ?? refuseType(result, "the result");
    // Memory of JavaScript would be free again when C gets it.
    return passer.type !== "buffer"
      ? passer
      : { type: "pointer", convert: (value) => pointers.toHandle(value, action) };
  }

  /**
   * A callback that C may keep, until it is closed. What it throws is thrown by the call of C that was under way.
   *
   * Throws `TypeError` for what is not a function.
   */
  keep(implementation: CallbackImplementation<S>): KeptCallback {
    requireFunction(implementation, "keep a callback");
    return new KeptCallback(PRIVATE, this.#make(implementation));
  }

  #enter(value: unknown, action: string): Trampoline | undefined {
    if (value === null || value instanceof KeptCallback) return undefined;
    if (typeof value !== "function") refuseArgument(value, action, "a function, a kept callback or null");
    const trampoline = this.#free.pop();
    if (trampoline === undefined) return this.#make(value as AnyFunction);
    trampoline.implementation = value as AnyFunction;
    return trampoline;
  }

  #leave(trampoline: Trampoline): void {
    trampoline.implementation = refuseClosed;
    this.#free.push(trampoline);
  }

  // Never closed: a runtime crashes where C calls behind the end (Deno 2.9, Bun 1.4).
  #make(implementation: AnyFunction): Trampoline {
    const trampoline = { handle: undefined as unknown as Handle, implementation };
    const signature = {
      parameters: this.#parameters.map(({ type }) => type as Exclude<CallbackCType, "void">),
      result: (this.#result?.type ?? "void") as CallbackCType,
    };
    const { pointer: handle } = backend().createCallback(signature, this.#guard(trampoline));
    trampoline.handle = handle;
    return trampoline;
  }

  /** What C calls: nothing is thrown out of it. */
  #guard(trampoline: Trampoline): AnyFunction {
    const wide = this.#result?.type === "i64" || this.#result?.type === "u64";
    const fallback = this.#result === undefined ? undefined : this.#result.type === "pointer" ? null : wide ? 0n : 0;
    const converters = this.#parameters.map(({ convert }) => convert ?? same);
    const result = this.#result?.convert ?? nothing;
    const names = converters.map((_, index) => `a${index}`);
    const text = `const [calls, keepFailure, fallback, trampoline, result, converters] = parts;
      const [${converters.map((_, index) => `c${index}`)}] = converters;
      return (${names}) => {
        if (calls.failed) return fallback;
        calls.depth++;
        try {
          return result(trampoline.implementation(${names.map((name, index) => `c${index}(${name})`)}));
        } catch (error) {
          keepFailure(error);
          return fallback;
        } finally {
          calls.depth--;
        }
      };`;
    return compileText<AnyFunction>(text, [calls, keepFailure, fallback, trampoline, result, converters]) ??
      guardByList(trampoline, { converters, result, fallback });
  }
}

/** What stands between C and JavaScript in a callback. */
interface GuardParts {
  readonly converters: readonly ((value: never) => unknown)[];
  readonly result: (value: unknown) => unknown;
  readonly fallback: unknown;
}

/** The same where no code can be compiled. */
function guardByList(trampoline: Trampoline, { converters, result, fallback }: GuardParts): AnyFunction {
  return (...values) => {
    if (calls.failed) return fallback;
    calls.depth++;
    try {
      return result(trampoline.implementation(...converters.map((convert, index) => convert(values[index] as never))));
    } catch (error) {
      keepFailure(error);
      return fallback;
    } finally {
      calls.depth--;
    }
  };
}

function same(value: unknown): unknown {
  return value;
}

function nothing(): void {}

function refuseType(type: unknown, place: string): never {
  const name = (Object(type) as { name?: unknown }).name;
  throw new TypeError(
    `Cannot make a callback: ${place} is ${
      typeof name === "string" && typeof type === "object" ? name : shown(type)
    }, ` +
      "expected a number, a pointer, or for a parameter cString",
  );
}

/** What C is given for a function that is passed: the handle, or `null`. */
export function handleOfCallback(value: unknown, trampoline: Trampoline | undefined): Handle | null {
  if (trampoline !== undefined) return trampoline.handle;
  return value instanceof KeptCallback ? trampolineOf(value).handle : null;
}

/**
 * The type of a function that C calls. As a parameter it takes a function, which is good until that call returns; or,
 * for what C keeps, a callback of `keep()`; or `null`. As a field of a struct it takes a kept one.
 *
 * What a callback throws does not pass through C: C gets 0, no callback is called any more until C returns, and then
 * the call throws it. A callback runs on the thread that made it alone: docs/native.md says what each runtime does where
 * C calls from another.
 *
 * Throws `TypeError` for types that callbacks cannot have, and for what is no signature.
 *
 * @example
 * ```ts
 * import { callback, openLibrary, pointer, usize } from "@mimalloc/ffi/native";
 * import { f64, i32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 * import process from "node:process";
 *
 * const Compare = callback({ parameters: [pointer(f64), pointer(f64)], result: i32 });
 * const name = process.platform === "darwin" ? "/usr/lib/libSystem.B.dylib" : "libc.so.6";
 * using libc = openLibrary(name, { qsort: { parameters: [pointer(f64), usize, usize, Compare] } });
 * const values = Float64Array.of(3, 1, 2);
 * libc.qsort(values, values.length, 8, (a, b) => Math.sign(a!.read() - b!.read()));
 * assert.deepEqual([...values], [1, 2, 3]);
 * ```
 */
export function callback<const S extends CallbackSignature>(signature: S): CallbackType<S> {
  return new CallbackType(signature);
}
