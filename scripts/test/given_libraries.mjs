// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The libraries that `--library` names: any files, not only those of the setup.
import { existsSync } from "node:fs";
import path from "node:path";
import { run } from "./run.mjs";

/** How a build is named in a step: `2.1.9`, `2.1.9-secure`, `3.4.3-debug-guarded`. */
export function nameBuild(version, { type, secureLevel, encodedFreeLists, guarded }) {
  const isDebug = type === "debug";
  // Debug builds encode their free lists too.
  const isSecure = typeof secureLevel === "number" ? secureLevel > 0 : !isDebug && encodedFreeLists === true;
  return [version, isDebug && "debug", isSecure && "secure", guarded === true && "guarded"].filter(Boolean).join("-");
}

/**
 * Opens each file in a process of its own, as users do, and resolves to
 * `{ name, version, path }` or, where it is refused, `{ name, path, refusal }`.
 */
export function describeLibraries(bun, files) {
  const named = new Set();
  const inTurn = async (described, file) => [...await described, await describe(bun, path.resolve(file), named)];
  return files.reduce(inTurn, Promise.resolve([]));
}

async function describe(bun, file, named) {
  if (!existsSync(file)) throw new Error(`Cannot test ${file}: there is no such file`);
  // A damaged library crashes Bun on purpose: nothing to send to its makers.
  const env = { MIMALLOC_PATH: file, BUN_ENABLE_CRASH_REPORTING: "0" };
  const { code, output } = await run(bun, ["scripts/test/describe_library.ts"], { env, minutes: 1 });
  const told = /\{"version".*\}$/.exec(output)?.[0];
  if (code !== 0 || told === undefined) {
    return { name: unique(file, named), path: file, refusal: `${output.trimEnd()}\n(ended with ${code})` };
  }
  const { version, build } = JSON.parse(told);
  return { name: unique(nameBuild(version, build), named), version, path: file };
}

/** Two files may be of one version and build: the second is `3.6.0#2`. */
function unique(name, named) {
  let free = name;
  for (let number = 2; named.has(free); number++) free = `${name}#${number}`;
  named.add(free);
  return free;
}
