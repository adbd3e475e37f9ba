/** Frees the blocks of another thread. */
import { workerData } from "node:worker_threads";
import { free, handleOf } from "../../ffi/symbols/_tools.ts";
import { answer } from "./_answer.ts";

answer(() => {
  const addresses = workerData as number[];
  for (const address of addresses) free(handleOf(address));
  return addresses.length;
});
