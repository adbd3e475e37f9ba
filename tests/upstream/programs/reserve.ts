/** Reserves 16 GiB and allocates afterwards; prints what the reservation ended with, and the sum of the bytes. */
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import { Heap } from "../../../mod.ts";

const result = library().bind("reservations").reserveOsMemory(16 * 2 ** 30, false, true);
const view = new Heap().allocate(Uint8Array, 8192).fill(1);
process.stdout.write(`${result} ${view.reduce((sum, byte) => sum + byte, 0)}\n`);
