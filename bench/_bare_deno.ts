import { type Bare, cLoopPath, libraryPath } from "./_binding.ts";

// A u32 size and a pointer result are the fastest types of which memory can be
// wrapped: a usize parameter takes 70 ns for a number, and a BigInt address
// takes 60 ns to turn into a pointer.
const symbols = Deno.dlopen(libraryPath(), {
  mi_malloc: { parameters: ["u32"], result: "pointer" },
  mi_free: { parameters: ["pointer"], result: "void" },
  mi_version: { parameters: [], result: "i32" },
}).symbols;

function openCLoop(): Bare["cPairs"] {
  const path = cLoopPath();
  if (path === undefined) return null;
  const loop = Deno.dlopen(path, {
    c_open: { parameters: [], result: "u32" },
    c_pairs: { parameters: ["u32", "u32"], result: "u32" },
  }).symbols;
  return loop.c_open() === 1 ? loop.c_pairs : null;
}

/** The bare binding for Deno. */
export const bare: Bare = {
  malloc: symbols.mi_malloc,
  free: symbols.mi_free as Bare["free"],
  wrap: Deno.UnsafePointerView.getArrayBuffer as Bare["wrap"],
  version: symbols.mi_version(),
  cPairs: openCLoop(),
};
