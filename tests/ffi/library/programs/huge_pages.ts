// Writes what the option allow_thp is once the library is open.
import process from "node:process";
import { library } from "../../../../ffi/mod.ts";

const ALLOW_THP = 43;
process.stdout.write(String(library().bind("process").optionGet(ALLOW_THP)));
