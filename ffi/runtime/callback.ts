import type { AnyFunction, CallbackFunction, CallbackSignature, Handle } from "../types.ts";
import { backend } from "./backend.ts";

/**
 * Calls `call` with a function pointer behind which `implementation` stands, and returns what it returns. The pointer
 * is dead afterwards, so it may only go to a C function that calls back before it returns: a visitor, an output
 * function that is passed by argument.
 *
 * An exception in `implementation` does not pass through C: it is kept, C gets `false` or 0, which ends a visit,
 * `implementation` is not called again, and the exception is thrown once C has returned.
 *
 * Throws what `implementation` throws, else what `call` throws.
 */
export function withCallback<const S extends CallbackSignature, R>(
  signature: S,
  implementation: CallbackFunction<S>,
  call: (pointer: Handle) => R,
): R {
  const guard = new Guard(implementation as AnyFunction, signature.result);
  const callback = backend().createCallback(signature, guard.invoke);
  try {
    return call(callback.pointer);
  } finally {
    callback.close();
    guard.rethrow();
  }
}

/** Stands between C and a JavaScript function, so that nothing is thrown through C. */
class Guard {
  readonly #fallback: unknown;
  #failed = false;
  #failure: unknown;
  /** What C calls. */
  readonly invoke: AnyFunction;

  constructor(implementation: AnyFunction, result: string) {
    this.#fallback = result === "void" ? undefined : result === "bool" ? false : result === "pointer" ? null : 0;
    // Seven parameters instead of a rest array: a visitor runs once per block.
    this.invoke = (a, b, c, d, e, f, g): unknown => {
      if (this.#failed) return this.#fallback;
      try {
        return implementation(a, b, c, d, e, f, g);
      } catch (error) {
        this.#failed = true;
        this.#failure = error;
        return this.#fallback;
      }
    };
  }

  rethrow(): void {
    if (this.#failed) throw this.#failure;
  }
}
