import { backend } from "../../ffi/backend.ts";
import { Heap, setGuarded } from "../../mod.ts";
import { addressOf } from "../heaps/_support.ts";

using heap = new Heap();
setGuarded(heap, { rate: 1, precise: true });
const view = heap.allocate(Uint8Array, 4096).fill(1);
// deno-lint-ignore no-console -- what the test reads
console.log("inside");
// A view that reaches further than the block, which a heap never hands out.
const handle = backend().toHandle(addressOf(view))!;
new Uint8Array(backend().wrap(handle, 0, 16_384)).fill(2);
// deno-lint-ignore no-console -- what the test reads
console.log("beyond");
