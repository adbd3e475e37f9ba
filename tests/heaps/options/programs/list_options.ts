// Writes the options of the loaded version as JSON.
import process from "node:process";
import { options } from "../../../../mod.ts";

process.stdout.write(JSON.stringify(options.list()));
