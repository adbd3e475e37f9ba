/**
 * The first argument of constructors that only their own class calls: `private` ends with the types, and a program in
 * JavaScript could otherwise make an object of this library over parts that it made up.
 */
export const PRIVATE: unique symbol = Symbol("private");

/** Throws `TypeError` unless `key` is {@linkcode PRIVATE}; `way` says how an object of the class is made. */
export function requirePrivate(key: unknown, name: string, way: string): void {
  if (key !== PRIVATE) throw new TypeError(`Cannot call new ${name}(): ${way}`);
}
