/** Prints why a process cannot be profiled that the environment has profiled from the start. */
import path from "node:path";
import process from "node:process";
import { Profiler } from "../../../mod.ts";

try {
  new Profiler({ path: path.join(process.env["PROFILES"]!, "own") });
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
}
