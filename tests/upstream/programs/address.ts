/** Prints the address of a block. */
import process from "node:process";
import { addressOf, malloc } from "../../ffi/symbols/_tools.ts";

process.stdout.write(`0x${addressOf(malloc(100)).toString(16)}\n`);
