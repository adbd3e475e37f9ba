/** Corrupts free blocks and lets mimalloc find that, while or after what `LISTEN` names; prints "survived" when it goes on. */
import process from "node:process";
import { backend } from "../../../../ffi/runtime/backend.ts";
import { flushHooks, library, onError, onOutput } from "../../../../mod.ts";

const names: string[] = [];
const listen: Record<string, () => Disposable | undefined> = {
  "nothing": () => undefined,
  "onOutput()": () => onOutput(() => {}),
  "onError()": () => onError(({ name }) => names.push(name)),
  "onError() that is disposed of": () => {
    onError(({ name }) => names.push(name), { survive: true })[Symbol.dispose]();
    return undefined;
  },
  "onError() that survives": () => onError(({ name }) => names.push(name), { survive: true }),
};
listen[process.env["LISTEN"]!]!();
const { malloc, free } = library().bind("blocks");
const blocks = Array.from({ length: 64 }, () => malloc(64)!);
for (const block of blocks) {
  free(block);
  new Uint8Array(backend().wrap(block, 0, 64)).fill(0x41);
}
for (let count = 0; count < 10_000; count++) malloc(64);
flushHooks();
process.stdout.write(`survived ${names.includes("EFAULT")}\n`);
