// Does to options what the command line says, one call after the other, and writes what each one gave or threw.
import process from "node:process";
import { library, options, presets } from "../../../../mod.ts";

const calls: Readonly<Record<string, () => unknown>> = {
  version: () => library().versionText,
  listed: () => options.list().map(({ name }) => name),
  numa: () => options.get("use_numa_nodes"),
  setNuma: () => options.set("use_numa_nodes", 1),
  applyNuma: () => options.apply({ os_tag: 101, use_numa_nodes: 1 }),
  tag: () => options.get("os_tag"),
  setTag: () => options.set("os_tag", 102),
  errors: () => options.get("max_errors"),
  latency: () => options.apply(presets.latency).length > 0,
};

const results = process.argv.slice(2).map((name) => {
  try {
    return calls[name]!() ?? null;
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message };
  }
});
process.stdout.write(JSON.stringify(results));
