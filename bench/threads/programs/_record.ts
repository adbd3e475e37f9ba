import { f64, struct } from "../../../stl/mod.ts";

/** A message of 64 bytes. */
export const Record64: ReturnType<typeof make> = make();

// deno-lint-ignore explicit-function-return-type -- it is what the struct is inferred from
function make() {
  return struct({ a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64 });
}
