// A service that keeps what devices report: by id, by time and by place, over HTTP:
//
//   deno run -A examples/fleet.ts --devices=100000
//   bun examples/fleet.ts --devices=100000
//
// `--help` shows the options and the questions it answers. The same service runs on the containers of this library
// (docs/containers.md), on objects of JavaScript and on SQLite: what differs is one file each, fleet/*_store.ts.
import { existsSync } from "node:fs";
import process from "node:process";
import { serve, type Server } from "./core/serve.ts";
import { build } from "./fleet/build.ts";
import { Exports } from "./fleet/exports.ts";
import { createHandler } from "./fleet/handler.ts";
import { MemoryStore } from "./fleet/memory_store.ts";
import { ObjectsStore } from "./fleet/objects_store.ts";
import { HELP, type Options, parseOptions } from "./fleet/options.ts";
import { SnapshotError } from "./fleet/snapshot_file.ts";
import { SqliteStore } from "./fleet/sqlite_store.ts";
import type { Store } from "./fleet/store.ts";

function createStore({ store, limit }: Options): Store {
  if (store === "memory") return new MemoryStore({ limit });
  return store === "objects" ? new ObjectsStore() : new SqliteStore();
}

async function fill(store: Store, { snapshot, devices, seed }: Options): Promise<void> {
  if (snapshot !== undefined && existsSync(snapshot)) {
    const started = performance.now();
    await store.load(snapshot);
    print(`Loaded ${store.size} devices in ${Math.round(performance.now() - started)} ms`);
  } else print(`Built ${devices} devices in ${Math.round(build(store, devices, seed))} ms`);
}

async function start(options: Options): Promise<void> {
  const { port, snapshot, keepSeconds, maximumBodyBytes } = options;
  const store = createStore(options);
  await fill(store, options);
  const exports = new Exports(store);
  // Devices that were made up, or come from a snapshot, may be newer than the clock of this machine.
  const ahead = Math.max(0, store.newest - Date.now() / 1000);
  const now = (): number => Date.now() / 1000 + ahead;
  const server = serve(createHandler({ store, exports, keepSeconds, maximumBodyBytes, now }), port);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    exports.stop();
    void shutDown(server, store, snapshot);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  print(`Listening on ${server.url} (${store.name})`);
}

async function shutDown(server: Server, store: Store, snapshot: string | undefined): Promise<void> {
  await server.stop();
  if (snapshot !== undefined) {
    const started = performance.now();
    store.save(snapshot);
    print(`Saved ${store.size} devices in ${Math.round(performance.now() - started)} ms`);
  }
  print(store.close());
  print("Closed");
  process.exit(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const options = parseOptions(process.argv.slice(2));
if (options.help) process.stdout.write(HELP);
else {
  await start(options).catch((error) => {
    if (!(error instanceof SnapshotError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}
