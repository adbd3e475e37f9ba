import process from "node:process";
import { type Bare, cLoopPath, libraryPath } from "./_binding.ts";

interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, { args: string[]; returns: string }>,
  ): {
    symbols: Record<string, (...values: never[]) => unknown>;
  };
  toArrayBuffer(
    address: number,
    offset: number,
    byteLength: number,
  ): ArrayBuffer;
}

const { dlopen, toArrayBuffer } = process.getBuiltinModule(
  "bun:ffi",
) as unknown as BunFfi;

// A u32 size saves 4 ns over usize; a ptr result is a number.
const symbols = dlopen(libraryPath(), {
  mi_malloc: { args: ["u32"], returns: "ptr" },
  mi_free: { args: ["ptr"], returns: "void" },
  mi_version: { args: [], returns: "i32" },
}).symbols;

function openCLoop(): Bare["cPairs"] {
  const path = cLoopPath();
  if (path === undefined) return null;
  const loop = dlopen(path, {
    c_open: { args: [], returns: "u32" },
    c_pairs: { args: ["u32", "u32"], returns: "u32" },
  }).symbols as unknown as {
    c_open(): number;
    c_pairs: NonNullable<Bare["cPairs"]>;
  };
  return loop.c_open() === 1 ? loop.c_pairs : null;
}

/** The bare binding for Bun. */
export const bare: Bare = {
  malloc: symbols["mi_malloc"] as Bare["malloc"],
  free: symbols["mi_free"] as Bare["free"],
  wrap: (block, byteLength) => toArrayBuffer(block as number, 0, byteLength),
  version: (symbols["mi_version"] as unknown as () => number)(),
  cPairs: openCLoop(),
};
