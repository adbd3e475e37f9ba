import { parseArgs } from "node:util";
import type { Arm } from "./arm.ts";
import { readInteger } from "./read_integer.ts";

/** What the command line of a server with two arms asks for. */
export interface ArmOptions {
  readonly help: boolean;
  readonly port: number;
  readonly arm: Arm["name"];
  readonly maximumBodyBytes: number;
}

/**
 * Reads the command line of a server with two arms. `body` says how many bytes the body of a request may have unless
 * the line tells it, and the most that it may tell.
 *
 * @throws {TypeError} when it has an unknown option or a bad value
 */
export function parseArmOptions(
  args: string[],
  body: { readonly usualBytes: number; readonly mostBytes: number },
): ArmOptions {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", default: false },
      port: { type: "string", default: "8000" },
      arm: { type: "string", default: "scopes" },
      "max-body": { type: "string", default: String(body.usualBytes) },
    },
  });
  const { help, arm } = values;
  if (arm !== "scopes" && arm !== "ordinary") {
    throw new TypeError(`Cannot take --arm=${arm}: it has to be "scopes" or "ordinary"`);
  }
  return {
    help,
    arm,
    port: readInteger("port", values.port, 65_535),
    maximumBodyBytes: readInteger("max-body", values["max-body"], body.mostBytes),
  };
}
