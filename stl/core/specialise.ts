// Containers and accessors are made by factories that are compiled anew for each kind of element, because engines keep
// type feedback by function text: a class that serves a dozen kinds of typed arrays pushes in 34 ns in Deno 2.9 instead
// of 1.2; a getter that serves eight structs reads in 11 ns in Bun 1.4 instead of 0.5.
//
// One idiom: `defineVector(parts)`. A factory is a function with one parameter, an object with everything that it uses
// beside globals. It mostly stands in a file of its own that imports nothing but types, so that the type checker finds
// whatever it would reach for outside. What is compiled is the text that the factory was loaded with and nothing
// else: no label, no name, nothing that a program gives is ever put into it.

/** What has more fields than this is not compiled, and slower: compiling takes 0.2 ms for each. */
export const MOST_COMPILED = 256;

/** Numbers texts: engines share type feedback between equal ones. */
let texts = 0;

/** What `text` returns, which may use `parts`; `undefined` where code generation is forbidden. */
export function compileText<T>(text: string, parts: readonly unknown[]): T | undefined {
  try {
    return new Function("parts", `"use strict"; /* ${++texts} */ ${text}`)(parts) as T;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/**
 * `name` as a literal for {@linkcode compileText}: the names of fields have to be in the text for inline caches, and
 * every character that is not a letter, digit or underscore of ASCII is an escape, which ends no string and no comment.
 */
export function literalOf(name: string): string {
  const units = name.replace(/[^A-Za-z0-9_]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${units}"`;
}

interface ProbeParts {
  readonly Base: new () => { readonly label: string };
}

/** Has one of everything that factories are written with, so that a bundler does to it what it does to them. */
function defineProbe({ Base }: ProbeParts): new (count?: number) => { sum(): number } {
  const two = 2;
  function one(): number {
    return 1;
  }
  return class Probe extends Base {
    static readonly first = one();
    static #second = two;
    readonly third = 3;
    #fourth: number;
    readonly #fifth = (value: number): number => value;

    constructor(count = 4) {
      super();
      this.#fourth = count;
    }

    static #read(): number {
      return Probe.#second;
    }

    get sixth(): number {
      return this.#seventh(...[this.label.length]);
    }

    #seventh(value: number): number {
      return value;
    }

    get #eighth(): number {
      return 8;
    }

    *values(): Generator<number> {
      const { third, sixth } = { ...this, sixth: this.sixth };
      yield* [Probe.first, Probe.#read(), third, this.#fourth++, this.#fifth(5), sixth, this.#eighth];
    }

    sum(): number {
      let sum = 0;
      for (const value of this.values()) sum += value;
      return #fourth in this ? sum : 0;
    }
  };
}

/**
 * Whether a factory can do without the module that it stands in. Where a bundler keeps names or lowers syntax, or
 * coverage is counted, its text calls helpers of the bundle (`__name`, `__privateAdd`, `cov_1x2y`), which compiled text
 * does not see.
 */
function standsAlone(): boolean {
  class Base {
    readonly label = "sixsix";
  }
  try {
    const define = compileText<typeof defineProbe>(`return (${defineProbe});`, []);
    return define !== undefined && new (define({ Base }))().sum() === 29;
  } catch {
    return false;
  }
}

let compiles: boolean | undefined;

/**
 * `factory` compiled anew, so that what it makes has type feedback of its own. It must use nothing but its parameter
 * and globals. Where code generation is forbidden, and where the text of factories does not stand alone, it is returned
 * as it is: slower, and the same in every other way.
 */
export function specialise<F extends (parts: never) => unknown>(factory: F): F {
  compiles ??= standsAlone();
  const compiled = compiles ? compileText<F>(`return (${factory});`, []) : undefined;
  if (compiled === undefined) return factory;
  function define(parts: never): unknown {
    try {
      return compiled!(parts);
    } catch (error) {
      // Something else than a bundler changed this one alone.
      if (error instanceof ReferenceError) return factory(parts);
      throw error;
    }
  }
  return define as F;
}
