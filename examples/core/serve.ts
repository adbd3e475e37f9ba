// The only file of the servers that knows which runtime it runs on.

/** Answers requests; the same function for both runtimes. */
export type Handler = (request: Request) => Promise<Response>;

/** A server that listens. */
export interface Server {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Lets the requests in progress end, then closes every connection. */
  stop(): Promise<void>;
}

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
  }): { port: number; stop(): Promise<void> };
}

/** Serves `handler` on a port of this machine; port 0 is any free one. */
export function serve(handler: Handler, port: number): Server {
  const { Deno, Bun } = globalThis as { Deno?: DenoServe; Bun?: BunServe };
  return Bun === undefined ? serveDeno(Deno!, handler, port) : serveBun(Bun, handler, port);
}

function serveDeno(deno: DenoServe, handler: Handler, port: number): Server {
  const server = deno.serve(
    { port, hostname: HOSTNAME, onListen: () => {} },
    handler,
  );
  return {
    url: `http://${HOSTNAME}:${server.addr.port}`,
    stop: () => server.shutdown(),
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
    stop: () => server.stop(),
  };
}
