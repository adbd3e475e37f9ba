// Cases in which a fault would end the process: the first argument names one, and what came of it is printed as JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { ClosedError, Heap, library, mainHeap, Profiler, Subprocess } from "../../../../mod.ts";
import { type ContainerOptions, f64, u32, Vector } from "../../../../stl/mod.ts";
import { Channel, type Message, receive, send, SendError, SharedView, takeBack } from "../../../../threads/mod.ts";
import { KeptPort } from "../../_workers.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What `task` throws. */
function thrownBy(task: () => unknown): Error {
  try {
    task();
  } catch (error) {
    return error as Error;
  }
  return new Error("nothing was thrown");
}

function told(error: Error): string {
  return `${error.name}: ${error.message}`;
}

/** Takes what another process has made, in a process that has made as much itself. */
function foreign(given: string): unknown {
  const { message, sentHeap, keys } = JSON.parse(given) as {
    message: Message<unknown>;
    sentHeap: Message<unknown>;
    keys: [string, string, string];
  };
  const heap = new Heap();
  const views = Array.from({ length: 64 }, () => heap.allocate(Uint8Array, 1000).fill(9));
  const port = new KeptPort();
  for (let each = 0; each < 64; each++) send(port, heap.allocate(Uint8Array, 1000).fill(9));
  const words = new SharedArrayBuffer(1024);
  const [heapKey, channelKey, viewKey] = keys;
  const tries = [
    () => receive(message, heap, { rows: (options: ContainerOptions) => new Vector(f64, options) } as never),
    () => receive(sentHeap, heap, { rows: (options: ContainerOptions) => new Vector(f64, options) } as never),
    () => Heap.attach({ name: "x", key: heapKey }),
    () => Channel.attach({ name: "x", key: channelKey, words }, u32),
    () => SharedView.attach({ name: "x", key: viewKey, words }),
  ];
  const refused = tries.map((each) => {
    const error = thrownBy(each);
    return error instanceof TypeError || error instanceof ClosedError;
  });
  const intact = views.every((view) => view.every((byte) => byte === 9)) &&
    port.posted.every((each) => receive(each as Message<Bytes>).every((byte) => byte === 9));
  return { refused, liveBlocks: heap.liveBlocks, intact };
}

/** Sends until the list of the process has no more room. */
function full(): unknown {
  const heap = new Heap();
  const port = { postMessage(): void {} };
  let error: Error | undefined;
  let last = heap.allocate(Uint8Array, 1);
  for (let count = 0; error === undefined && count <= 131_072; count++) {
    const view = last = heap.allocate(Uint8Array, 1).fill(7);
    try {
      send(port, view);
    } catch (thrown) {
      error = thrown as Error;
    }
  }
  if (!(error instanceof SendError)) return told(error ?? new Error("nothing was thrown"));
  const again = error.value as Bytes;
  const before = mainHeap().liveBlocks;
  const outcome = {
    send: told(error),
    view: [again[0], last.length],
    channel: thrownBy(() => new Channel(u32, { capacity: 16 })).name,
    shared: thrownBy(() => new SharedView(Uint8Array, 16)).name,
    share: thrownBy(() => new Heap().share()).name,
    heap: new Heap().allocate(Uint8Array, 10).length,
    leaked: mainHeap().liveBlocks - before,
  };
  takeBack();
  send(port, again);
  return { ...outcome, after: takeBack().blocks === 1 ? "sent" : "lost" };
}

/** Receives as deep in the stack as that works. */
function deep(): unknown {
  const heap = new Heap();
  const port = new KeptPort();
  const rows = new Vector(f64, { allocator: heap });
  rows.push(1);
  send(port, { a: heap.allocate(Uint8Array, 1000).fill(9), b: heap.allocate(Uint8Array, 10).fill(9), rows });
  const message = port.posted[0] as Message<{ a: Bytes; b: Bytes; rows: Vector<typeof f64> }>;
  let received: { a: Bytes; b: Bytes; rows: Vector<typeof f64> } | undefined;
  let count = 0;
  const dive = (): void => {
    try {
      dive();
    } catch {
      // The stack was full further down: here there is some more of it.
    }
    if (received !== undefined) return;
    received = receive(message, heap, { rows: (options) => new Vector(f64, options) });
    count++;
  };
  dive();
  return { received: count, bytes: received!.a[999], liveBlocks: heap.liveBlocks };
}

/** Heaps that something of this thread needs. */
function bound(): unknown {
  return { profiled: profiled(), inside: inside() };
}

function profiled(): string {
  if (!library().has("mi_pprof_profiler_new")) return "missing";
  const directory = mkdtempSync(`${tmpdir()}/profiles-`);
  using heap = new Heap();
  using profiler = new Profiler({ path: `${directory}/heap`, of: heap });
  profiler.start();
  const error = thrownBy(() => send(new KeptPort(), heap));
  rmSync(directory, { recursive: true });
  return told(error);
}

function inside(): string {
  try {
    using subprocess = Subprocess.create();
    return subprocess.run(() => told(thrownBy(() => send(new KeptPort(), new Heap()))));
  } catch (error) {
    return (error as Error).name === "UnsupportedError" ? "missing" : told(error as Error);
  }
}

const [, , name, given = ""] = process.argv;
const cases: Readonly<Record<string, () => unknown>> = { foreign: () => foreign(given), full, deep, bound };
process.stdout.write(JSON.stringify(cases[name!]!()));
