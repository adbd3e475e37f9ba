// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The package as its users get it: packed, taken as a dependency, checked by a
// strict tsc, compiled into one executable, and run.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { run } from "./run.mjs";
import { readConfiguration, ROOT } from "./sources.mjs";

/** Uses every entry point that a program imports; prints one word. */
const PROGRAM = `import { Heap } from "@mimalloc/ffi";
import { library } from "@mimalloc/ffi/ffi";
import { processInfo } from "@mimalloc/ffi/heaps";
import { metrics } from "@mimalloc/ffi/observe";
import { AllocationProfile } from "@mimalloc/ffi/realtime";
import { struct, u32, Vector } from "@mimalloc/ffi/stl";
import { takeBack } from "@mimalloc/ffi/threads";

const Point = struct({ x: u32, y: u32 });
using heap = new Heap({ limit: 2 ** 20 });
using recorder = AllocationProfile.record(heap);
using points = new Vector(Point, { allocator: heap });
points.push({ x: 1, y: 2 });
const y: number = points.get(0).y;
const works = library().version.major >= 2 && processInfo().residentBytes > 0 && y === 2 &&
  recorder.profile().classes.length === 1 && metrics().allocator === "mimalloc" && takeBack().blocks === 0;
console.log(works ? "works" : "fails");
`;

const COMPILER_OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: "esnext",
  module: "nodenext",
  moduleResolution: "nodenext",
  lib: ["esnext", "dom"],
  types: [],
  noEmit: true,
};

/** Packs, checks, compiles and runs; ends with the first command that fails. */
async function usePackage(directory, { deno, bun }, library) {
  const { name } = readConfiguration();
  const installed = path.join(directory, "node_modules", name);
  const archive = path.join(directory, "package.tgz");
  const program = path.join(directory, process.platform === "win32" ? "program.exe" : "program");
  mkdirSync(installed, { recursive: true });
  writeFileSync(path.join(directory, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(path.join(directory, "program.ts"), PROGRAM);
  writeFileSync(
    path.join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["program.ts"] }),
  );
  const commands = [
    [deno, ["pack", "--quiet", "--allow-dirty", "--output", archive], {}],
    ["tar", ["-xzf", archive, "--strip-components=1", "-C", installed], {}],
    [process.execPath, [path.join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", directory], {}],
    [bun, ["build", "--compile", "program.ts", "--outfile", program], { cwd: directory }],
    [program, [], { env: { MIMALLOC_PATH: library.path } }],
  ];
  let output = "";
  for (const [command, args, options] of commands) {
    const result = await run(command, args, options);
    output += result.output;
    if (result.code !== 0) return { code: result.code, output };
  }
  return { code: output.trimEnd().endsWith("works") ? 0 : "a program that fails", output };
}

/** Runs a program on the packed package with `library`. */
export async function testPackage(tools, library) {
  const parent = path.join(ROOT, ".tmp");
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(path.join(parent, "package-"));
  try {
    return await usePackage(directory, tools, library);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
