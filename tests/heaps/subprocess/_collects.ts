import { Heap, Subprocess, unsafeRegisterDeferredFree } from "../../../mod.ts";

using heap = new Heap();
heap.allocate(Uint8Array, 100);
const forces: boolean[] = [];
using _ = unsafeRegisterDeferredFree(({ force }) => forces.push(force));
Subprocess.main.collect();
Subprocess.main.collect(true);
// deno-lint-ignore no-console -- what the test reads
console.log(forces.join("\n"));
