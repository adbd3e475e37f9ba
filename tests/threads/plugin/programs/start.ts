// Starts a plug-in, which never comes to its end where it is refused, and tells how that went.
import process from "node:process";
import { UnsupportedError } from "../../../../mod.ts";
import { Plugin, threads } from "../../../../threads/mod.ts";

try {
  await using plugin = new Plugin(new URL("../_plugin.ts", import.meta.url), { name: "tenant" });
  await plugin.ready;
  process.stdout.write(`started ${threads().some(({ name }) => name === "tenant")}\n`);
} catch (error) {
  if (!(error instanceof UnsupportedError)) throw error;
  process.stdout.write(`${error.message}\n`);
}
