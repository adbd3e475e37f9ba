// Opens the file on the command line with the runtime's own function, without any check.
import process from "node:process";

interface Runtime {
  readonly Deno?: { dlopen(path: string, symbols: unknown): unknown };
}
interface BunFfi {
  dlopen(path: string, symbols: unknown): unknown;
}

const path = process.argv[2] ?? "";
const { Deno: deno } = globalThis as Runtime;
if (deno === undefined) {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunFfi;
  ffi.dlopen(path, { mi_version: { args: [], returns: "i32" } });
} else {
  deno.dlopen(path, { mi_version: { parameters: [], result: "i32" } });
}
process.stdout.write("opened\n");
