// An HTTP server that keeps answers in an LruMap, outside of the JavaScript heap and never above a limit:
//
//   deno run -A examples/lru_server.ts
//   bun examples/lru_server.ts
//
// `--help` shows the options and a request to try.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { parseArgs } from "node:util";
import { PageCache } from "./lru_server/page_cache.ts";
import { renderPage } from "./lru_server/render_page.ts";

const HELP = `Answers GET /pages/<name> with a page that takes a while to make, and keeps it.

  deno run -A examples/lru_server.ts [options]
  bun examples/lru_server.ts [options]

  --port=8001             port on 127.0.0.1; 0 is any free one
  --max-bytes=67108864    bytes of the pages that are kept, with their names
  --help                  this text

  curl -i http://127.0.0.1:8001/pages/seven

GET /metrics gives hits, misses, and what is kept.
`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function serve(cache: PageCache): Server {
  return createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/metrics") {
      response.end(Object.entries(cache.figures()).map(([name, value]) => `cache_${name} ${value}\n`).join(""));
    } else if (path.startsWith("/pages/")) {
      const { page, hit } = cache.page(path.slice("/pages/".length));
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.setHeader("x-cache", hit ? "hit" : "miss");
      response.end(page);
    } else {
      response.statusCode = 404;
      response.end("Try /pages/seven or /metrics\n");
    }
  });
}

function main(): void {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      port: { type: "string", default: "8001" },
      "max-bytes": { type: "string", default: String(64 * 2 ** 20) },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const cache = new PageCache(Number(values["max-bytes"]), renderPage);
  const server = serve(cache);
  const stop = (): void => {
    server.close(() => {
      const { hits, misses, evicted } = cache.figures();
      print(`${hits} hits, ${misses} misses, ${evicted} evicted; ${cache.dispose()} blocks live`);
      process.exit(0);
    });
    server.closeAllConnections();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  server.listen(Number(values.port), "127.0.0.1", () => {
    print(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

main();
