// Statistics of CSV files over HTTP, each request in a scope of its own:
//
//   deno run -A examples/request_scopes.ts
//   bun examples/request_scopes.ts
//
// `--help` shows the options and a request to try.
import process from "node:process";
import { type ArmOptions, parseArmOptions } from "./core/arm_options.ts";
import { createOrdinaryArm } from "./core/ordinary_arm.ts";
import { runArm } from "./core/run_arm.ts";
import { createScopesArm } from "./core/scopes_arm.ts";
import { createHandler } from "./request_scopes/handler.ts";
import { HELP } from "./request_scopes/help.ts";

function start({ arm: name, port, maximumBodyBytes }: ArmOptions): void {
  const arm = name === "scopes" ? createScopesArm() : createOrdinaryArm();
  runArm(
    arm,
    createHandler(arm, maximumBodyBytes),
    port,
    (url) =>
      `node scripts/generate_measurements.mjs; curl --data-binary @.data/measurements/small_00.csv ${url}/summary`,
  );
}

const options = parseArmOptions(process.argv.slice(2), { usualBytes: 4 * 2 ** 20, mostBytes: 2 ** 30 });
if (options.help) process.stdout.write(HELP);
else start(options);
