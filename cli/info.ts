import process from "node:process";
import { readInfo } from "./_info_report.ts";
import { formatInfo } from "./_info_text.ts";
import { parseOptions } from "./_parse_options.ts";

const HELP = `Tells which libmimalloc is used here, and what it and the machine can do.

  mimalloc info [options]

  --json       the same as JSON
  --lib path   the library file, instead of the one that is found
  --help       this text

Options are listed when they differ from their defaults. On 3.6 allow_thp is 0
because this library turns it off, unless MIMALLOC_ALLOW_THP is set.
Exit code 1 means that no usable library was found.
`;

/** `mimalloc info`: tells which library is used, and returns 1 when there is none. */
export function info(args: string[]): number {
  const { help, json, lib } = parseOptions("info", args, {
    help: { type: "boolean" },
    json: { type: "boolean" },
    lib: { type: "string" },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const report = readInfo(lib);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatInfo(report));
  return report.library === null ? 1 : 0;
}
