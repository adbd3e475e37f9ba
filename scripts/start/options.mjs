// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { parseArgs } from "node:util";
import { SetupError } from "../setup/setup_error.mjs";

/** The text behind `--help`. */
export const HELP = `npm start [-- options]

  --runs N         repeat everything N times, and show medians and ranges
  --devices N      devices that the resident service keeps (2000000)
  --markdown       print the tables as markdown
  --write-readme   put the tables and pictures of this run into README.md
  --help           this text

SEED=<number> in the environment chooses other devices, files and another order.
`;

/** What the command line asks for; throws for what it does not understand. */
export function parseOptions(words) {
  const { values } = parse(words);
  return {
    runs: positive("runs", values.runs),
    devices: positive("devices", values.devices),
    markdown: values.markdown,
    writeReadme: values["write-readme"],
    help: values.help,
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        runs: { type: "string", default: "1" },
        devices: { type: "string", default: "2000000" },
        markdown: { type: "boolean", default: false },
        "write-readme": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new SetupError("Cannot read the command line", error.message, "try npm start -- --help");
  }
}

function positive(name, text) {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new SetupError(`Cannot take --${name} ${text}`, "expected a whole number from 1 on", "try npm start -- --help");
}
