import assert from "node:assert/strict";
import { test } from "node:test";
import { compileText, literalOf, specialise } from "../../../stl/core/specialise.ts";

test("specialise() makes functions of their own from one factory", () => {
  function define({ step }: { readonly step: number }): (value: number) => number {
    return (value) => value + step;
  }
  const made = [specialise(define)({ step: 1 }), specialise(define)({ step: 2 }), define({ step: 3 })];
  assert.deepEqual(made.map((add) => add(1)), [2, 3, 4]);
  // Had it been the factory itself, the closures would share one function text with `define`.
  assert.notEqual(specialise(define), specialise(define));
  assert.notEqual(specialise(define), define);
});

test("specialise() uses a factory as it is that calls a helper of its module", () => {
  let named = 0;
  const __name = <T>(value: T): T => {
    named++;
    return value;
  };
  function define({ step }: { readonly step: number }): new () => { next(): number } {
    return __name(
      class Counter {
        #value = 0;

        next(): number {
          return this.#value += step;
        }
      },
    );
  }
  const counter = new (specialise(define)({ step: 2 }))();
  assert.deepEqual([counter.next(), counter.next(), named], [2, 4, 1]);
});

test("specialise() throws what a factory throws", () => {
  function define({ message }: { readonly message: string }): never {
    throw new RangeError(message);
  }
  assert.throws(() => specialise(define)({ message: "no room" }), { name: "RangeError", message: "no room" });
});

test("literalOf() makes a literal of letters, digits and escapes that is the name", () => {
  let all = "";
  for (let unit = 0; unit < 2 ** 16; unit++) all += String.fromCharCode(unit);
  const literal = literalOf(all);
  assert.match(literal, /^"[\w\\]*"$/);
  assert.equal(compileText<string>(`return ${literal};`, []), all);
  assert.equal(literalOf("price_2"), '"price_2"');
});
