import process from "node:process";
import { spawn } from "node:child_process";
import { openLibrary } from "../../../../native/mod.ts";
import { Listener, plain } from "../../_library.ts";

const { listen, tell_elsewhere } = plain;
const c = openLibrary(process.argv.at(-1)!, { listen, tell_elsewhere });
c.listen(Listener.keep((value) => value + 1));
process.stdout.write("calling\n", () => {
  // The call never returns.
  spawn("sh", ["-c", `sleep 1; kill -KILL ${process.pid}`], { stdio: "ignore", detached: true }).unref();
  setTimeout(() => process.stdout.write(`returned ${c.tell_elsewhere(1)}\n`), 100);
});
