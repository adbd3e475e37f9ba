/** A method as it is called: with whatever object and arguments. */
// deno-lint-ignore no-explicit-any
export type Method = (this: any, ...values: any[]) => any;

/**
 * Lets listeners follow the calls of a method of this package. While there are some, another function stands in its
 * place; otherwise nothing does, so that nobody pays for it.
 */
export class MethodHook<L> {
  readonly #prototype: object;
  readonly #name: PropertyKey;
  readonly #original: PropertyDescriptor;
  readonly #replacement: Method;
  /** Who follows the calls. */
  listeners: readonly L[] = [];

  /** Prepares to replace the method `name` of `prototype` by what `make` returns for the original one. */
  constructor(prototype: object, name: PropertyKey, make: (original: Method, hook: MethodHook<L>) => Method) {
    this.#prototype = prototype;
    this.#name = name;
    this.#original = Object.getOwnPropertyDescriptor(prototype, name)!;
    this.#replacement = make(this.#original.value, this);
  }

  /** Lets `listener` follow the calls until what this returns is disposed of. */
  add(listener: L): Disposable {
    if (this.listeners.length === 0) this.#put({ ...this.#original, value: this.#replacement });
    this.listeners = [...this.listeners, listener];
    return { [Symbol.dispose]: (): void => this.#remove(listener) };
  }

  #remove(listener: L): void {
    this.listeners = this.listeners.filter((each) => each !== listener);
    const { value } = Object.getOwnPropertyDescriptor(this.#prototype, this.#name)!;
    // A program that has wrapped it meanwhile keeps its own, which then calls the original one through ours.
    if (this.listeners.length === 0 && value === this.#replacement) this.#put(this.#original);
  }

  #put(descriptor: PropertyDescriptor): void {
    Object.defineProperty(this.#prototype, this.#name, descriptor);
  }
}
