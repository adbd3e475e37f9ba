/** Uses the library before and after Deno's permission for native calls is given back; prints what the uses come to. */
import process from "node:process";
import { Heap } from "../../../mod.ts";

const { Deno: deno } = globalThis as unknown as {
  Deno: { permissions: { revokeSync(descriptor: { name: "ffi" }): unknown } };
};

function outcome(use: () => unknown): string {
  try {
    use();
    return "done";
  } catch (error) {
    return `${(error as Error).name} ${(error as { permission?: string }).permission}`;
  }
}

const heap = new Heap();
const view = heap.allocate(Uint8Array, 100);
deno.permissions.revokeSync({ name: "ffi" });
const outcomes = [
  outcome(() => heap.allocate(Uint8Array, 100)),
  outcome(() => heap.areas()),
  outcome(() => heap.free(view)),
  outcome(() => heap.destroy()),
];
process.stdout.write(outcomes.join(", "));
