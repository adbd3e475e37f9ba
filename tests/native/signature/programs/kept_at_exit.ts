import process from "node:process";
import { openLibrary } from "../../../../native/mod.ts";
import { Listener, plain } from "../../_library.ts";

const { listen, tell } = plain;
const c = openLibrary(process.argv.at(-1)!, { listen, tell });
c.listen(Listener.keep((value) => value + 1));
process.stdout.write(`${c.tell(1)}\n`);
