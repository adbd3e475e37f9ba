import process from "node:process";
import { openLibrary } from "../../../../native/mod.ts";
import { plain } from "../../_library.ts";

const { divide, same_i32, sort_doubles } = plain;
using c = openLibrary(process.argv.at(-1)!, { divide, same_i32, sort_doubles });
const values = Float64Array.of(3, 1, 2);
c.sort_doubles(values, 3, (a, b) => a!.read() - b!.read());
let refused = "not refused";
try {
  c.same_i32(0.5);
} catch {
  refused = "refused";
}
process.stdout.write(`${JSON.stringify(c.divide(17, 5))} ${c.same_i32(5)} ${JSON.stringify([...values])} ${refused}\n`);
