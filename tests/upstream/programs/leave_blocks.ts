/** Allocates one block each of four sizes in a shared heap, and ends. */
import { workerData } from "node:worker_threads";
import { library } from "../../../ffi/library/library.ts";
import { addressOf, handleOf } from "../../ffi/symbols/_tools.ts";
import { answer } from "./_answer.ts";

const { heap, sizes } = workerData as { heap: number; sizes: readonly number[] };
answer(() => sizes.map((size) => addressOf(library().bind("blocks").heapMalloc(handleOf(heap), size))));
