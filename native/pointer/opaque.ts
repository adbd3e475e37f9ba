import { refuseArgument } from "../../heaps/argument.ts";

/** Something of C that is known by its pointers alone, as `sqlite3` or `FILE`. Made by {@linkcode opaque}. */
export class Opaque<N extends string = string> {
  /** Tells it from elements, which have a name too. */
  readonly isOpaque = true;
  /** Its name in C, for messages. */
  readonly name: N;

  /** Names it. */
  constructor(name: N) {
    if (typeof name !== "string") refuseArgument(name, "name what is opaque", "a string");
    this.name = name;
  }
}

/**
 * Something of C that programs have only pointers to. A pointer to one kind is refused where one to another is expected.
 *
 * Throws `TypeError` for a name that is not a string.
 */
export function opaque<const N extends string>(name: N): Opaque<N> {
  return new Opaque(name);
}
