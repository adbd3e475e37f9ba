// Pictures made smaller over HTTP by Workers, which get the bytes of a request without a copy:
//
//   deno run -A examples/thumbnails.ts
//   bun examples/thumbnails.ts
//
// The main thread reads the body of each request into a block of its own and hands that to a Worker with send();
// the Worker frees it, and hands a block with the small picture back. `--help` shows the options.
import process from "node:process";
import { parseArgs } from "node:util";
import { Heap } from "../mod.ts";
import { watchWorkers } from "../threads/mod.ts";
import { readInteger } from "./core/read_integer.ts";
import { serve } from "./core/serve.ts";
import { createHandler } from "./thumbnails/handler.ts";
import { Studio } from "./thumbnails/studio.ts";

const HELP = `Answers POST /thumbnail?width=PIXELS with a binary PPM made smaller, in Workers.

  deno run -A examples/thumbnails.ts [options]
  bun examples/thumbnails.ts [options]

  --port=8000           port on 127.0.0.1; 0 is any free one
  --workers=2           Workers
  --max-body=67108864   bytes of the largest picture
  --help                this text

  node scripts/generate_pictures.mjs
  curl --data-binary @.data/pictures/0.ppm 'http://127.0.0.1:8000/thumbnail?width=320' > small.ppm
`;

function start(port: number, workers: number, mostBytes: number): void {
  const heap = new Heap({ name: "requests", limit: mostBytes * 8 });
  const studio = new Studio(heap, workers);
  const watch = watchWorkers({ onWorkerEnd: "destroy" });
  const server = serve(createHandler(heap, studio, mostBytes), port);
  const stop = async (): Promise<void> => {
    await server.stop();
    await studio.end();
    watch[Symbol.dispose]();
    process.stdout.write(`${heap.liveBlocks} blocks live\nClosed\n`);
    heap.destroy();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop());
  process.stdout.write(`Listening on ${server.url} with ${workers} Workers\n`);
}

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8000" },
    workers: { type: "string", default: "2" },
    "max-body": { type: "string", default: String(2 ** 26) },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else {
  start(
    readInteger("port", values.port, 65_535),
    readInteger("workers", values.workers, 64),
    readInteger("max-body", values["max-body"], 2 ** 30),
  );
}
