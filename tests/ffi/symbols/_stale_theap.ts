// Allocates by a heap or by the theap of it that was looked up before the thread was done, as it is whenever it enters
// or leaves a sub-process, and prints whether the block lies in the heap.
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import { addressOf } from "./_tools.ts";

const { heapMalloc } = library().bind("blocks");
const { heapNew } = library().bind("heaps");
const { heapOf } = library().bind("ownership");
const { theapMalloc } = library().bind("theapBlocks");
const { threadDone, threadInit } = library().bind("threads");

const heap = heapNew();
const theap = library().bind("theaps").heapTheap(heap);
heapMalloc(heap, 64);
threadDone();
threadInit();
const block = process.argv[2] === "theap" ? theapMalloc(theap, 64) : heapMalloc(heap, 64);
process.stdout.write(addressOf(heapOf(block)) === addressOf(heap) ? "own\n" : "foreign\n");
