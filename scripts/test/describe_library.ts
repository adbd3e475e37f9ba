/** Prints what the library that `MIMALLOC_PATH` names says of its version and of how it was built. */
import process from "node:process";
import { library } from "../../ffi/mod.ts";

const { versionText, build } = library();
process.stdout.write(JSON.stringify({ version: versionText, build }));
