import process from "node:process";
import { library } from "../../../ffi/mod.ts";

process.stdout.write(JSON.stringify(library().build));
