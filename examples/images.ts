// Pictures made smaller over HTTP, each request in a scope of its own:
//
//   deno run -A examples/images.ts
//   bun examples/images.ts
//
// A picture of 2 million pixels takes 33 MB for a moment. `--help` shows the options and a request to try.
import process from "node:process";
import { type ArmOptions, parseArmOptions } from "./core/arm_options.ts";
import { createOrdinaryArm } from "./core/ordinary_arm.ts";
import { runArm } from "./core/run_arm.ts";
import { createScopesArm } from "./core/scopes_arm.ts";
import { createHandler } from "./images/handler.ts";
import { HELP } from "./images/help.ts";

const MiB = 2 ** 20;

function start({ arm: name, port, maximumBodyBytes }: ArmOptions): void {
  // A picture takes four bytes for each of its own while it becomes light, and two until it is small.
  const limit = maximumBodyBytes * 8;
  const arm = name === "scopes"
    ? createScopesArm({ arenaBytes: Math.max(512 * MiB, limit), limit })
    : createOrdinaryArm();
  runArm(
    arm,
    createHandler(arm, maximumBodyBytes),
    port,
    (url) =>
      `node scripts/generate_pictures.mjs; curl --data-binary @.data/pictures/0.ppm '${url}/resize?width=320' > small.ppm`,
  );
}

const options = parseArmOptions(process.argv.slice(2), { usualBytes: 16 * MiB, mostBytes: 2 ** 28 });
if (options.help) process.stdout.write(HELP);
else start(options);
