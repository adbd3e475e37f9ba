/**
 * The command line: `mimalloc info` tells which library is used and what it can do, `mimalloc run` runs a whole program
 * on mimalloc, `mimalloc top` shows the memory of a program that serves a dashboard.
 *
 * ```sh
 * deno run -A jsr:@mimalloc/ffi/cli info
 * deno run -A jsr:@mimalloc/ffi/cli run --show-stats -- deno run -A app.ts
 * deno run -A jsr:@mimalloc/ffi/cli top "http://127.0.0.1:8080/?token=…"
 * ```
 *
 * Exit code 2 means that a command was used wrongly or cannot do its work here; one line on the standard error stream
 * says why.
 *
 * @module
 */
import process from "node:process";
import { LibraryLoadError } from "../ffi/errors.ts";
import { backend } from "../ffi/runtime/backend.ts";
import { CommandError } from "./_command_error.ts";
import { info } from "./info.ts";
import { run } from "./run.ts";
import { top } from "./top.ts";

const HELP = `Tools for mimalloc in Deno and Bun.

  mimalloc info   which library is used, and what it and the machine can do
  mimalloc run    run a whole program on mimalloc
  mimalloc top    the memory of a program that serves a dashboard

mimalloc <command> --help tells more.
`;

type Command = (args: string[]) => number | Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  info,
  run,
  top,
  "--help": () => {
    process.stdout.write(HELP);
    return 0;
  },
};

/**
 * Runs the command that `args` ask for and resolves to the exit code. What the command has to say goes to the standard
 * streams.
 *
 * @example
 * ```ts
 * import { main } from "@mimalloc/ffi/cli";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await main(["--help"]), 0);
 * ```
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw unknownCommand(name);
    return await command(rest);
  } catch (error) {
    process.stderr.write(`mimalloc: ${explain(error, name)}\n`);
    return 2;
  }
}

function explain(error: unknown, name: string): string {
  if (error instanceof CommandError || error instanceof LibraryLoadError) return error.message;
  if (!backend().isPermissionError(error)) throw error;
  return `Cannot run mimalloc ${name}: Deno ${(error as Error).message.replace(/^R/, "r")}, or all with -A`;
}

function unknownCommand(name: string): CommandError {
  const subject = name === "" ? "nothing" : `"${name}"`;
  return new CommandError(`Cannot do ${subject}: the commands are info, run and top, see mimalloc --help`);
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
