import { type Transferable, Worker } from "node:worker_threads";

/** How a file of this package ends where it is: compiled packages have JavaScript. */
const EXTENSION = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";

/** What a Worker of this package is given. */
export interface StartOptions {
  /** What the system calls its thread. */
  readonly name: string;
  /** What it finds in `workerData`. */
  readonly workerData: unknown;
  /** What of that is moved. */
  readonly transferList?: Transferable[];
}

/** Starts a Worker with the module of this floor at `path`, without an ending. */
export function startWorker(path: string, options: StartOptions): Worker {
  const url = new URL(`../${path}.${EXTENSION}`, import.meta.url);
  return new Worker(url.protocol === "file:" ? url : importing(url), options);
}

/** Workers of `node:worker_threads` begin with a file or with data, and a package of a registry is neither. */
function importing({ href }: URL): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(href)};`)}`);
}
