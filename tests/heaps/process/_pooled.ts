import { Heap, hintThreadPool } from "../../../mod.ts";

using early = new Heap();
const view = early.allocate(Uint8Array, 100).fill(1);
hintThreadPool();
hintThreadPool();
using late = new Heap();
late.allocate(Uint8Array, 100_000).fill(2);
// deno-lint-ignore no-console -- what the test reads
console.log(view.reduce((sum, byte) => sum + byte, 0));
