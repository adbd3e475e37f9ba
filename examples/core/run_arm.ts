import process from "node:process";
import type { Arm } from "./arm.ts";
import { type Handler, serve, type Server } from "./serve.ts";

/** Serves `handler` with the memory of `arm` until SIGTERM or SIGINT, and says what is left then. */
export function runArm(arm: Arm, handler: Handler, port: number, toTry: (url: string) => string): void {
  const server = serve(handler, port);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void shutDown(server, arm);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  print(`Listening on ${server.url} (${arm.name})`);
  print(`Try: ${toTry(server.url)}`);
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
