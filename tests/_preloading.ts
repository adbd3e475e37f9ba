import process from "node:process";
import { losesAlignedBlocks } from "../ffi/aligned_blocks.ts";
import { library } from "../mod.ts";

/**
 * Whether the library ends a program that it is preloaded into, as runtimes that have aligned blocks: secure builds of 3.0.0
 * and 3.0.1 take the end of those for damage.
 */
export const ENDS_PROGRAMS: boolean = losesAlignedBlocks(library().version) && library().build.padding === true;

/** Options of a test that preloads the library into the runtime. Bun has an allocator of its own. */
export const preloading: { readonly skip: string | false } = {
  skip: ENDS_PROGRAMS && process.versions["bun"] === undefined && "this build ends Deno, with this library or without",
};
