import type { AnyElement, InferElement, InferInput } from "../../stl/elements/element.ts";
import type { PointerInput, PointerType } from "../pointer/pointer_type.ts";
import type { CStringMemory, CStringType } from "./c_string.ts";
import type { CallbackImplementation, CallbackType, KeptCallback } from "./callback_type.ts";
import type { InOut, Out } from "./out.ts";

/** What a parameter can be: an element, a struct by value, a pointer, a text, a callback, or one of out and in-out. */
export type ParameterType = AnyElement | Out<AnyElement> | InOut<AnyElement>;

/** The C type of a function. */
export interface Signature {
  /**
   * The types of its parameters, in order.
   *
   * @default {[]}
   */
  readonly parameters?: readonly ParameterType[];
  /** The type of its result; none (`void`) when it is left out. */
  readonly result?: AnyElement;
  /**
   * Whether the function runs on another thread while the program goes on (Deno), and returns a promise. Views that it
   * is given are held until then. In Bun, which cannot, it runs at once and the promise is settled when it returns.
   *
   * @default {false}
   */
  readonly nonblocking?: boolean;
}

/** The C types of functions by their names. */
export type Signatures = Readonly<Record<string, Signature>>;

/** What is given for a parameter of the type `T`. */
export type ArgumentOf<T> = T extends InOut<infer E> ? ArgumentOf<E>
  : T extends CallbackType<infer S> ? CallbackImplementation<S> | KeptCallback | null
  : T extends CStringType ? string | CStringMemory
  : T extends PointerType<infer U> ? PointerInput<U>
  : T extends AnyElement ? InferInput<T>
  : never;

/** What is given for parameters of the types `P`. */
export type Given<P> = P extends readonly [infer First, ...infer Rest]
  ? First extends Out<AnyElement> ? Given<Rest> : [value: ArgumentOf<First>, ...Given<Rest>]
  : [];

/** The values that functions of the parameters `P` return through these. */
export type Returned<P> = P extends readonly [infer First, ...infer Rest]
  ? First extends Out<infer E> | InOut<infer E> ? [InferElement<E>, ...Returned<Rest>] : Returned<Rest>
  : [];

/** The types of the parameters of `S`. */
export type ParametersOf<S extends Signature> = S extends { readonly parameters: infer P } ? P : [];

/** What a function returns: its result, behind it what it returns through parameters; nothing when there is neither. */
export type ResultOf<S extends Signature> = S extends { readonly result: infer R extends AnyElement }
  ? Returned<ParametersOf<S>> extends [] ? InferElement<R> : [InferElement<R>, ...Returned<ParametersOf<S>>]
  : Returned<ParametersOf<S>> extends [] ? void
  : Returned<ParametersOf<S>>;

/** A function of the C type `S`. */
export type NativeFunction<S extends Signature> = (
  ...values: Given<ParametersOf<S>>
) => S extends { readonly nonblocking: true } ? Promise<ResultOf<S>> : ResultOf<S>;
