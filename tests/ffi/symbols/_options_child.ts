/** Prints the value of every option of the loaded version, as JSON by name. */
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import { optionsOf } from "../../../ffi/options_of.ts";

const { optionGet } = library().bind("process");
const values = Object.entries(optionsOf(library().version)).map((
  [name, { index }],
) => [name, Number(optionGet(index))]);
process.stdout.write(JSON.stringify(Object.fromEntries(values)));
