// Programs for both runtimes bring a part of the other one's global, here before the package is loaded.
import process from "node:process";

const other = process.versions["bun"] === undefined ? "Bun" : "Deno";
Object.assign(globalThis, { [other]: { version: {}, dlopen: undefined, env: {} } });
const { Heap } = await import("../../../mod.ts");
using heap = new Heap();
process.stdout.write(String(heap.allocate(Uint8Array, 100).fill(3).length));
