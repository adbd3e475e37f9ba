import { parseArgs } from "node:util";
import { readInteger } from "../core/read_integer.ts";

/** What the command line asks for. */
export interface Options {
  readonly help: boolean;
  readonly port: number;
  readonly store: "memory" | "objects" | "sqlite";
  readonly devices: number;
  readonly seed: number;
  readonly keepSeconds: number;
  readonly limit: number;
  readonly snapshot: string | undefined;
  readonly maximumBodyBytes: number;
}

const MiB = 2 ** 20;

/** The text behind `--help`. */
export const HELP = `Keeps what devices report, and answers where they are and how they are.

  deno run -A examples/fleet.ts [options]
  bun examples/fleet.ts [options]

  --port=8000          port on 127.0.0.1; 0 is any free one
  --store=memory       what devices are kept in: "memory" of this library,
                       "objects" of JavaScript, or "sqlite" in memory
  --devices=0          devices that are made up at the start
  --seed=1             which ones
  --keep=0             seconds behind the newest time after which a device
                       expires; 0 is never
  --limit=2147483648   bytes of everything in the memory store, 64 MiB at least
  --snapshot=FILE      read at the start when it is there, instead of making
                       devices up, and written at the end
  --max-body=16777216  bytes of the longest body
  --help               this text

  POST /reports        devices as JSON lines (application/x-ndjson) or binary
                       records (application/octet-stream)
  GET /devices/ID      one device; DELETE forgets it
  POST /lookup         the devices of many ids, one a line
  GET /stale?since=TIME&limit=100
  GET /nearby?latitude=DEGREES&longitude=DEGREES&radius=METRES&limit=20
  GET /summary         the values of each region
  GET /export          all devices
  GET /health, GET /metrics
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
      store: { type: "string", default: "memory" },
      devices: { type: "string", default: "0" },
      seed: { type: "string", default: "1" },
      keep: { type: "string", default: "0" },
      limit: { type: "string", default: String(2048 * MiB) },
      snapshot: { type: "string" },
      "max-body": { type: "string", default: String(16 * MiB) },
    },
  });
  const { help, store } = values;
  if (store !== "memory" && store !== "objects" && store !== "sqlite") {
    throw new TypeError(`Cannot take --store=${store}: it has to be "memory", "objects" or "sqlite"`);
  }
  const limit = readInteger("limit", values.limit, 2 ** 38);
  if (limit < 64 * MiB) throw new TypeError(`Cannot take --limit=${limit}: expected ${64 * MiB} at least`);
  return {
    help,
    store,
    limit,
    port: readInteger("port", values.port, 65_535),
    devices: readInteger("devices", values.devices, 2 ** 24),
    seed: readInteger("seed", values.seed, 2 ** 24),
    keepSeconds: readInteger("keep", values.keep, 2 ** 32),
    snapshot: values.snapshot,
    maximumBodyBytes: readInteger("max-body", values["max-body"], 2 ** 30),
  };
}
