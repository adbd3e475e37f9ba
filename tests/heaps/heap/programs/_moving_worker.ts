import { parentPort } from "node:worker_threads";
import { Heap } from "../../../../mod.ts";
import { fillAndThin, SIZES } from "./_churn.ts";

const heap = new Heap();
const views = SIZES.flatMap((size) => fillAndThin(heap, size));
parentPort!.postMessage(views, views.map(({ buffer }) => buffer));
