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
export const HELP = `Answers POST /resize?width=PIXELS with a picture made smaller.

  deno run -A examples/images.ts [options]
  bun examples/images.ts [options]

  --port=8000           port on 127.0.0.1; 0 is any free one
  --arm=scopes          memory of a request: "scopes" of an arena, or "ordinary"
                        typed arrays for the garbage collector
  --max-body=16777216   bytes of the largest picture
  --help                this text

Pictures are binary PPM, which most programs for pictures read and write; some come from
"node scripts/generate_pictures.mjs":

  curl --data-binary @.data/pictures/0.ppm 'http://127.0.0.1:8000/resize?width=320' > small.ppm

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
      "max-body": { type: "string", default: String(16 * 2 ** 20) },
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
    maximumBodyBytes: readInteger("max-body", values["max-body"], 2 ** 28),
  };
}
