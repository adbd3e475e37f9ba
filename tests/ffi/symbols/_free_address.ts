/** Gives an address to the checked form of free. */
import process from "node:process";
import { backend } from "../../../ffi/runtime/backend.ts";
import { library } from "../../../ffi/library/library.ts";

const { cfree } = library().bind("allocation");
const handle = backend().toHandle(Number(process.argv[2]));
process.stdout.write("calling\n", () => {
  cfree(handle);
  process.stdout.write("returned\n");
});
