import { parseArgs } from "node:util";
import { readInteger } from "../core/read_integer.ts";

/** What the command line asks for. */
export interface Options {
  readonly help: boolean;
  readonly port: number;
  readonly arm: "scopes" | "ordinary";
  readonly maximumBodyBytes: number;
}

/** The text behind `--help`. */
export const HELP = `Answers POST /summary with statistics of a CSV file of measurements.

  deno run -A examples/request_scopes.ts [options]
  bun examples/request_scopes.ts [options]

  --port=8000          port on 127.0.0.1; 0 is any free one
  --arm=scopes         memory of a request: "scopes" of an arena, or "ordinary"
                       typed arrays for the garbage collector
  --max-body=4194304   bytes of the longest file
  --help               this text

Files to send come from "node scripts/generate_measurements.mjs":

  curl --data-binary @.data/measurements/small_00.csv http://127.0.0.1:8000/summary

GET /health says that the server is up, GET /metrics gives its figures.
`;

/**
 * Reads the command line.
 *
 * @throws {TypeError} when it has an unknown option or a bad value
 */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", default: false },
      port: { type: "string", default: "8000" },
      arm: { type: "string", default: "scopes" },
      "max-body": { type: "string", default: String(4 * 2 ** 20) },
    },
  });
  const { help, arm } = values;
  if (arm !== "scopes" && arm !== "ordinary") {
    throw new TypeError(
      `Cannot take --arm=${arm}: it has to be "scopes" or "ordinary"`,
    );
  }
  return {
    help,
    arm,
    port: readInteger("port", values.port, 65_535),
    maximumBodyBytes: readInteger("max-body", values["max-body"], 2 ** 30),
  };
}
