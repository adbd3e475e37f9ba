// Says whether a sub-process can be made.
import process from "node:process";
import { Subprocess } from "../../../../mod.ts";

try {
  Subprocess.create().destroy();
  process.stdout.write("created\n");
} catch (error) {
  process.stdout.write(`${(error as Error).name}\n`);
}
process.exit(0);
