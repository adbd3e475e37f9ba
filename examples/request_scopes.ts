// Statistics of CSV files over HTTP, each request in a scope of its own:
//
//   deno run -A examples/request_scopes.ts
//   bun examples/request_scopes.ts
//
// `--help` shows the options and a request to try.
import process from "node:process";
import type { Arm } from "./request_scopes/arm.ts";
import { createHandler } from "./request_scopes/handler.ts";
import { HELP, type Options, parseOptions } from "./request_scopes/options.ts";
import { createOrdinaryArm } from "./request_scopes/ordinary_arm.ts";
import { createScopesArm } from "./request_scopes/scopes_arm.ts";
import { serve, type Server } from "./core/serve.ts";

function start({ arm: name, port, maximumBodyBytes }: Options): void {
  const arm = name === "scopes" ? createScopesArm() : createOrdinaryArm();
  const server = serve(createHandler(arm, maximumBodyBytes), port);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void shutDown(server, arm);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  print(`Listening on ${server.url} (${name})`);
  print(
    `Try: node scripts/generate_measurements.mjs; curl --data-binary @.data/measurements/small_00.csv ${server.url}/summary`,
  );
}

async function shutDown(server: Server, arm: Arm): Promise<void> {
  await server.stop();
  arm.close();
  const figures = arm.figures();
  if (figures !== undefined) {
    print(
      `${figures.opened} scopes opened, ${figures.destroyed} destroyed; ` +
        `${figures.liveBytes} bytes live, ` +
        `${figures.escapedBlocks} blocks escaped, ` +
        `${figures.quarantinedBlocks} in quarantine`,
    );
  }
  print("Closed");
  process.exit(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const options = parseOptions(process.argv.slice(2));
if (options.help) process.stdout.write(HELP);
else start(options);
