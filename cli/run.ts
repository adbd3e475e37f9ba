import process from "node:process";
import { LibraryLoadError } from "../ffi/errors.ts";
import { type Library, loadLibrary } from "../ffi/library/library.ts";
import { options } from "../heaps/options/options.ts";
import { runChild } from "./_child.ts";
import { CommandError } from "./_command_error.ts";
import { parseOptions } from "./_parse_options.ts";
import { requirePreloadable } from "./_program.ts";
import { runEnvironment } from "./_run_environment.ts";

const HELP = `Runs a program with mimalloc in the place of the system's allocator.

  mimalloc run [options] -- program [arguments]

  --show-stats          print mimalloc's statistics when the program ends
  --option name=value   set an option of mimalloc; can be given several times;
                        a number in the option's own unit, true or false, or
                        64MiB for an option in KiB
  --lib path            the library file; the search is as in the library itself
                        (MIMALLOC_PATH, .mimalloc/, the system's directories)
  --help                this text

Sets LD_PRELOAD (macOS: DYLD_INSERT_LIBRARIES), MIMALLOC_PATH and one variable
for each option. Programs that this program starts have them too. Signals go
to the program; its exit code comes back. Bun, statically linked programs and
Windows are refused: nothing can be preloaded there. Exit code 2 means that
the program was not started.

  mimalloc run --show-stats -- deno run -A app.ts
`;

/** `mimalloc run`: runs a program on mimalloc and returns its exit code. */
export function run(args: string[]): Promise<number> {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const { help, lib, option, ...flags } = parseOptions("run", own, {
    help: { type: "boolean" },
    lib: { type: "string" },
    option: { type: "string", multiple: true },
    "show-stats": { type: "boolean" },
  });
  if (help) {
    process.stdout.write(HELP);
    return Promise.resolve(0);
  }
  const [program, ...programArgs] = end < 0 ? [] : args.slice(end + 1);
  if (program === undefined) {
    throw new CommandError("Cannot run mimalloc run: no program behind --, as in mimalloc run -- deno run app.ts");
  }
  requirePreloadable(program);
  const library = lib === undefined ? loadLibrary() : loadNamed(lib);
  // This process has mimalloc open too, and its own statistics are nobody's business.
  for (const name of ["show_stats", "verbose"] as const) options.disable(name);
  const settings = [...(flags["show-stats"] ? ["show_stats=1"] : []), ...(option ?? [])];
  return runChild(program, programArgs, runEnvironment(library, settings));
}

function loadNamed(path: string): Library {
  try {
    return loadLibrary({ path });
  } catch (error) {
    const reason = error instanceof LibraryLoadError ? error.searched[0]?.reason : undefined;
    if (reason === undefined) throw error;
    throw new CommandError(`Cannot use --lib ${path}: ${reason}`, { cause: error });
  }
}
