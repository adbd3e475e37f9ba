// Opens the library file that the first argument names and prints its version, or the error.
import process from "node:process";
import { loadLibrary } from "../../../ffi/mod.ts";

try {
  process.stdout.write(`${loadLibrary({ path: process.argv[2]! }).versionText}\n`);
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
