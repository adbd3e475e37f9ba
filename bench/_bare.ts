import process from "node:process";
import type { Bare } from "./_binding.ts";

/** The binding of the runtime that runs this. */
export const bare: Bare = process.versions["bun"] === undefined
  ? (await import("./_bare_deno.ts")).bare
  : (await import("./_bare_bun.ts")).bare;
