// The only file of the servers that knows which runtime it runs on.

/** Answers requests; the same function for both runtimes. */
export type Handler = (request: Request) => Promise<Response>;

/** A server that listens. */
export interface Server {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Lets the requests in progress end, those that take longer than a few seconds without an answer. */
  stop(): Promise<void>;
}

/** How long a request may go on when the server is to end. */
const GRACE_MS = 3000;

const HOSTNAME = "127.0.0.1";

interface DenoServe {
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handler: Handler,
  ): { addr: { port: number }; shutdown(): Promise<void> };
}

interface BunServe {
  serve(options: {
    port: number;
    hostname: string;
    development: boolean;
    fetch: Handler;
  }): { port: number; stop(closeActiveConnections?: boolean): Promise<void> };
}

/** Serves `handler` on a port of this machine; port 0 is any free one. */
export function serve(handler: Handler, port: number): Server {
  const { Deno, Bun } = globalThis as { Deno?: DenoServe; Bun?: BunServe };
  return Bun === undefined ? serveDeno(Deno!, handler, port) : serveBun(Bun, handler, port);
}

function serveDeno(deno: DenoServe, handler: Handler, port: number): Server {
  const server = deno.serve({ port, hostname: HOSTNAME, onListen: () => {} }, handler);
  return {
    url: `http://${HOSTNAME}:${server.addr.port}`,
    // Deno 2.9 throws when a server that shuts down is aborted: what is left ends with the process.
    stop: () => ended(server.shutdown(), () => {}),
  };
}

function serveBun(bun: BunServe, handler: Handler, port: number): Server {
  const server = bun.serve({
    port,
    hostname: HOSTNAME,
    development: false,
    fetch: handler,
  });
  return {
    url: `http://${HOSTNAME}:${server.port}`,
    stop: () => ended(server.stop(), () => void server.stop(true)),
  };
}

/** Waits for an end, and calls `force` instead when it does not come in time. */
async function ended(end: Promise<void>, force: () => void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      force();
      resolve();
    }, GRACE_MS);
  });
  await Promise.race([end, late]);
  clearTimeout(timer);
}
