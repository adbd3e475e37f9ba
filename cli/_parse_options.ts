import { parseArgs, type ParseArgsConfig } from "node:util";
import { CommandError } from "./_command_error.ts";

/**
 * Reads the options of `mimalloc <command>`.
 *
 * Throws `CommandError` for an unknown option, a missing or empty value or an argument too many.
 */
export function parseOptions<T extends NonNullable<ParseArgsConfig["options"]>>(
  command: string,
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>["values"] {
  try {
    const { values } = parseArgs({ args, options });
    const empty = Object.keys(values).find((name) => values[name as keyof typeof values] === "");
    if (empty !== undefined) throw new TypeError(`Option '--${empty}' has an empty value`);
    return values;
  } catch (error) {
    // What follows the first sentence is advice that does not fit every command.
    const [reason = ""] = (error as Error).message.split(/\.\s/);
    const text = reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, "");
    throw new CommandError(`Cannot run mimalloc ${command}: ${text}, see mimalloc ${command} --help`, { cause: error });
  }
}
