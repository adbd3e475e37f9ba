import { refuseArgument } from "../../heaps/argument.ts";
import { outboxesOf } from "./_outbox.ts";
import type { Port, TakenBack } from "./message.ts";

/**
 * Frees what this thread has sent to `port`, or to any port, and nobody has received; whoever tries to receive it from
 * then on gets a `ClosedError`. Returns how many blocks and bytes that were, those in whole heaps included.
 *
 * It happens by itself when the Worker has ended, and ten seconds after the port was closed, as far as that is told: a
 * web Worker of Deno tells nothing of its end, so call this after `terminate()`. It is what to do, too, about messages
 * that the other side dropped without receiving them, and about ports that the program has dropped.
 *
 * Throws `TypeError` for what is no port.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { send, takeBack } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const nobody = { postMessage(): void {} };
 * send(nobody, heap.allocate(Uint8Array, 1000));
 * assert.deepEqual(takeBack(nobody), { blocks: 1, bytes: 1000 });
 * assert.deepEqual(takeBack(nobody), { blocks: 0, bytes: 0 });
 * ```
 */
export function takeBack(port?: Port): TakenBack {
  if (port !== undefined && typeof port?.postMessage !== "function") {
    refuseArgument(port, "take back", "a Worker or MessagePort");
  }
  const taken: TakenBack = { blocks: 0, bytes: 0 };
  for (const outbox of outboxesOf(port)) {
    const { blocks, bytes } = outbox.takeBack();
    taken.blocks += blocks;
    taken.bytes += bytes;
  }
  return taken;
}
