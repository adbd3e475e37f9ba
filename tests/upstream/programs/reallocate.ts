/** Reallocates a block of another thread as the first call of this one. */
import { workerData } from "node:worker_threads";
import { library } from "../../../ffi/library/library.ts";
import { addressOf, handleOf } from "../../ffi/symbols/_tools.ts";
import { answer } from "./_answer.ts";

const { address, byteLength } = workerData as { address: number; byteLength: number };
answer(() => addressOf(library().bind("allocation").realloc(handleOf(address), byteLength)));
