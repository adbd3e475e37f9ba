// deno-lint-ignore-file no-explicit-any -- calls as JavaScript makes them, with whatever it has
import process from "node:process";
import { Heap } from "../../mod.ts";
import * as native from "../../native/mod.ts";
import * as observe from "../../observe/mod.ts";
import { collectMetrics } from "../../observe/prometheus/mod.ts";
import { observeMetrics } from "../../observe/opentelemetry/mod.ts";
import * as realtime from "../../realtime/mod.ts";
import { anyBytes, f64, i32, struct, u32, u8 } from "../../stl/mod.ts";
import * as tables from "../../tables/mod.ts";
import * as threads from "../../threads/mod.ts";
import { methodsOf } from "./_hostile_values.ts";
import { inCommon, type Subject, Sweep } from "./_sweep.ts";

const LIMIT = 4 * 2 ** 20;
const Point = struct({ x: f64, id: u32 }, { name: "Point" });
const CSV = new TextEncoder().encode("x,id\n1,2\n3,4\n");

/** A call of a function or constructor, and valid arguments for it. */
interface Call {
  readonly call: (...values: any[]) => unknown;
  /** Made anew for each call. */
  readonly given: () => readonly unknown[];
}

/** What is called on an object that is made for it. */
interface Made {
  readonly object: any;
  readonly end?: () => void;
}

/** A floor: its functions, and the objects whose methods are called. */
interface Floor {
  readonly calls: Readonly<Record<string, Call>>;
  readonly objects: Readonly<Record<string, () => Made>>;
}

let heap = new Heap({ limit: LIMIT });
let kept = heap.bytes(Uint8Array.of(1, 2, 3));

/** What tickets of threads are of; nobody ends them. */
const channel = new threads.Channel(u32, { capacity: 16 });
const sharedView = new threads.SharedView(Uint8Array, 8);

/** The heap that calls allocate in, and a view that none may touch. */
const subject: Subject = {
  name: "",
  state: () => [heap.liveBytes, heap.liveBlocks, heap.closed, kept.length === 0 ? "gone" : kept.join(), ...inCommon()],
  renew(): void {
    if (!heap.closed) heap.destroy();
    heap = new Heap({ limit: LIMIT });
    kept = heap.bytes(Uint8Array.of(1, 2, 3));
  },
};

function call(of: (...values: any[]) => unknown, ...given: unknown[]): Call {
  return { call: of, given: () => given };
}

/** A call with options: those given are passed as one object. */
function optional(of: (options: any) => unknown, options: () => object): Call {
  return { call: of, given: () => [options()] };
}

function end(made: any): unknown {
  if (made instanceof Promise) return made.then(end);
  if (typeof made?.[Symbol.dispose] === "function") made[Symbol.dispose]();
  else if (typeof made?.[Symbol.asyncDispose] === "function") return made[Symbol.asyncDispose]();
  return undefined;
}

const nobody = { postMessage(): void {} };

/** Stands for a view that is made for the call. */
const VIEW = {};

/** Sends and takes back at once what nobody will receive. */
function sendToNobody(port: any, value: any): void {
  using sender = new Heap();
  threads.send(port, value === VIEW ? sender.allocate(Uint8Array, 8) : value);
  threads.takeBack();
}

const THREADS: Floor = {
  calls: {
    "new Channel": {
      call: (kind, options) => end(new threads.Channel(kind, options)),
      given: () => [anyBytes, { capacity: 4, name: "c", messageBytes: 8 }],
    },
    "Channel.attach": {
      call: (ticket, kind) => end(threads.Channel.attach(ticket, kind)),
      given: () => [{ ...channel.share() }, u32],
    },
    "new SharedView": {
      // It has no limit: two GiB of zeros take seconds.
      call: (type, length, options) =>
        length === 2 ** 31 ? undefined : end(new threads.SharedView(type, length, options)),
      given: () => [Uint8Array, 8, { name: "v" }],
    },
    "SharedView.attach": {
      call: (ticket) => end(threads.SharedView.attach(ticket)),
      given: () => [{ ...sharedView.share() }],
    },
    send: { call: sendToNobody, given: () => [nobody, VIEW] },
    receive: {
      call: (message, into, makers) => threads.receive(message, into, makers),
      given: () => [{ handedOver: { "": "1" }, contents: {}, heaps: {}, copied: undefined }, heap, {}],
    },
    takeBack: call((port) => threads.takeBack(port), nobody),
    endWorkers: call((policy) => threads.endWorkers(policy), "destroy"),
    watchWorkers: optional((options) => end(threads.watchWorkers(options)), () => ({
      onWorkerEnd: "destroy",
      every: 1000,
    })),
    nameThread: call((name) => threads.nameThread(name), "main"),
    parallel: call(
      (pool, values, task, options) => (threads.parallel as any)(pool, values, task, options),
      {},
      [],
      "task",
      {},
    ),
    "new WorkerPool": {
      call: (module, options) => end(new (threads.WorkerPool as any)(module, options)),
      given: () => ["no module", { workers: 1, name: "pool" }],
    },
    "new Plugin": {
      call: (module, options) => end(new (threads.Plugin as any)(module, options)),
      given: () => ["no module", { name: "plugin", limit: LIMIT }],
    },
  },
  objects: {
    Channel: () => owned(new threads.Channel(u32, { capacity: 4096 })),
    "Channel of bytes": () => owned(new threads.Channel(anyBytes, { capacity: 4096, messageBytes: 16 })),
    "Channel of structs": () => owned(new threads.Channel(Point, { capacity: 4096 })),
    SharedView: () => owned(new threads.SharedView(Uint8Array, 8)),
  },
};

/** Something that ends when it is disposed of. */
function owned(object: Disposable): Made {
  return { object, end: () => object[Symbol.dispose]() };
}

const LIBC = process.platform === "darwin" ? "libSystem.dylib" : "libc.so.6";

const NATIVE: Floor = {
  calls: {
    addressOf: { call: native.addressOf, given: () => [kept] },
    bytesOf: { call: native.bytesOf, given: () => [kept] },
    adopt: {
      call: (pointer, byteLength, options) => native.giveBack(native.adopt(pointer, byteLength, options)),
      given: () => [native.Pointer.at(native.addressOf(kept), u8), 3, { free: (): void => {} }],
    },
    lend: {
      call: native.lend,
      given: () => [native.Pointer.at(native.addressOf(kept), u8), 3, (view: Uint8Array): number => view.length],
    },
    giveBack: { call: native.giveBack, given: () => [kept] },
    callback: optional(native.callback, () => ({ parameters: [i32], result: i32 })),
    inOut: call(native.inOut, i32),
    out: call(native.out, i32),
    opaque: call(native.opaque, "sqlite3"),
    pointer: call(native.pointer, u8),
    readCString: call(native.readCString, undefined),
    mapFile: { call: (path) => native.giveBack(native.mapFile(path)), given: () => ["no file"] },
    openLibrary: {
      call: (name, symbols) => end(native.openLibrary(name, symbols)),
      given: () => [LIBC, { abs: { parameters: [i32], result: i32 } }],
    },
    "openLibrary with a signature": {
      call: (parameters, result, nonblocking) =>
        end(native.openLibrary(LIBC, { abs: { parameters, result, nonblocking } as any })),
      given: () => [[i32], i32, false],
    },
    "openLibrary with a parameter": {
      call: (parameter) => end(native.openLibrary(LIBC, { abs: { parameters: [parameter], result: i32 } })),
      given: () => [i32],
    },
    "a function of C": {
      call: (value) => {
        using c = native.openLibrary(LIBC, { abs: { parameters: [i32], result: i32 } });
        return (c.abs as any)(value);
      },
      given: () => [1],
    },
    "a function of C that takes a pointer": {
      call: (value) => {
        using c = native.openLibrary(LIBC, {
          strnlen: { parameters: [native.pointer(u8), native.usize], result: native.usize },
        });
        return (c.strnlen as any)(value, 0);
      },
      given: () => [kept],
    },
    "a function of C that takes a text": {
      call: (value) => {
        using c = native.openLibrary(LIBC, {
          strnlen: { parameters: [native.cString, native.usize], result: native.usize },
        });
        return (c.strnlen as any)(value, 0);
      },
      given: () => ["a"],
    },
  },
  objects: {
    // What lies behind a pointer is the program's own affair: it is not read here.
    Pointer: () => ({ object: native.Pointer.at(native.addressOf(kept), u8) }),
  },
};

const TABLES: Floor = {
  calls: {
    readCsv: {
      call: async (source, columns, options) => end(await tables.readCsv(source, columns, options)),
      given: () => [CSV, { x: f64, id: u32 }, {
        allocator: heap,
        separator: ",",
        header: true,
        limit: 1000,
        onProgress: undefined,
      }],
    },
    "readCsv of a column": {
      call: async (column) => end(await tables.readCsv(CSV, { x: column }, { allocator: heap })),
      given: () => [f64],
    },
    "new DataTable": {
      call: (columns, options) => end(new tables.DataTable(columns, options)),
      given: () => [{ x: f64, id: u32 }, { allocator: heap }],
    },
    groupBy: {
      call: (rows, by, aggregates, options) => {
        using table = filledTable();
        return end(tables.groupBy(rows ?? table, by, aggregates, options));
      },
      given: () => [undefined, "id", { total: tables.sum("x") }, { allocator: heap }],
    },
    "groupBy with an aggregate": {
      call: (aggregate) => {
        using table = filledTable();
        return end(tables.groupBy(table, "id", { total: aggregate }, { allocator: heap }));
      },
      given: () => [tables.count()],
    },
    dictionary: call(tables.dictionary, u32),
    emptyAs: call(tables.emptyAs, f64, 0),
    count: call(tables.count, "x"),
    sum: call(tables.sum, "x"),
  },
  objects: { DataTable: () => owned(filledTable()) },
};

function filledTable(): any {
  const table = new tables.DataTable({ x: f64, id: u32 }, { allocator: heap });
  table.push({ x: 1, id: 2 });
  return table;
}

/** What the adapters of metrics need of a library. */
const meter = {
  createObservableGauge: (): object => ({}),
  createObservableCounter: (): object => ({}),
  createObservableUpDownCounter: (): object => ({}),
  addBatchObservableCallback: (): void => {},
  removeBatchObservableCallback: (): void => {},
};

const OBSERVE: Floor = {
  calls: {
    expectNoLeaks: { call: (of) => end(observe.expectNoLeaks(of)), given: () => [heap] },
    heapMap: { call: (of) => observe.heapMap(of).picture(), given: () => [heap] },
    metrics: optional(observe.metrics, () => ({ pages: false, leaks: undefined })),
    metricsChange: { call: observe.metricsChange, given: () => [observe.metrics(), observe.metrics()] },
    prometheusText: optional(observe.prometheusText, () => ({ prefix: "a_", labels: {}, process: "p" })),
    profileReport: optional(observe.profileReport, () => ({ sites: undefined, native: undefined, title: "t" })),
    report: {
      call: (options, listener) => end(observe.report(options, listener)),
      given: () => [{ every: 60_000 }, (): void => {}],
    },
    diff: {
      call: observe.diff,
      given: () => {
        using profiler = new observe.SiteProfiler();
        return [profiler.profile(), profiler.profile()];
      },
    },
    "new SiteProfiler": optional(
      (options) => end(new observe.SiteProfiler(options)),
      () => ({ of: heap, sampleRate: 1024, seed: 1, frames: 8, maxSites: 8, maxSamples: 8 }),
    ),
    "new LeakDetector": optional(
      (options) => end(new observe.LeakDetector(options)),
      () => ({ of: heap, level: "sampled", every: 8, seed: 1, maxLeaks: 8 }),
    ),
    serveDashboard: optional(
      (options) => end(observe.serveDashboard(options)),
      () => ({ port: 0, hostname: "127.0.0.1", token: "0123456789abcdef", every: 1000, leaks: undefined }),
    ),
    collectMetrics: { call: (library, options) => end(collectMetrics(library, options)), given: () => [{}, {}] },
    observeMetrics: {
      call: (library, options) => end((observeMetrics as any)(library, options)),
      given: () => [meter, {}],
    },
  },
  objects: {
    LeakDetector: () => owned(new observe.LeakDetector({ of: heap, seed: 1 })),
    SiteProfiler: () => owned(new observe.SiteProfiler({ of: heap, seed: 1 })),
    SiteProfile: () => {
      using profiler = new observe.SiteProfiler({ of: heap, seed: 1 });
      return { object: profiler.profile() };
    },
    ProfileDifference: () => {
      using profiler = new observe.SiteProfiler({ of: heap, seed: 1 });
      return { object: observe.diff(profiler.profile(), profiler.profile()) };
    },
    LeakReport: () => {
      using detector = new observe.LeakDetector({ of: heap, seed: 1 });
      return { object: detector.report() };
    },
    HeapMap: () => ({ object: observe.heapMap(heap) }),
  },
};

const REALTIME: Floor = {
  calls: {
    "AllocationProfile.record": { call: (of) => end(realtime.AllocationProfile.record(of)), given: () => [heap] },
    "AllocationProfile.load": call((path) => realtime.AllocationProfile.load(path), "no file"),
    "AllocationProfile.from": {
      call: (document) => realtime.AllocationProfile.from(document),
      given: () => [profile().toJSON()],
    },
    "RealtimeHeap.create": optional(
      (options) => end(realtime.RealtimeHeap.create(options)),
      () => ({ profile: profile(), variant: "pages", onExceeded: "allow", lock: false, name: "r" }),
    ),
    "new LatencyHistogram": optional(
      (options) => new realtime.LatencyHistogram(options),
      () => ({ lowest: 1, highest: 1000, significantDigits: 2 }),
    ),
    "LatencyHistogram.decode": {
      call: (bytes) => realtime.LatencyHistogram.decode(bytes),
      given: () => [new realtime.LatencyHistogram().encode()],
    },
    drawLatencies: { call: realtime.drawLatencies, given: () => ["times", { a: new realtime.LatencyHistogram() }] },
    measureLoat: {
      call: realtime.measureLoat,
      given: () => [heap, realtime.randomWorkload({ requests: 2 }), {}],
    },
    randomWorkload: optional(
      realtime.randomWorkload,
      () => ({ seed: 1, requests: 8, smallest: 8, largest: 64, slotCount: 4 }),
    ),
  },
  objects: {
    AllocationProfile: () => ({ object: profile() }),
    LatencyHistogram: () => ({ object: new realtime.LatencyHistogram() }),
    Stopwatch: () => ({ object: new realtime.Stopwatch() }),
  },
};

function profile(): realtime.AllocationProfile {
  using recorded = new Heap();
  using recorder = realtime.AllocationProfile.record(recorded);
  recorded.allocate(Uint8Array, 64);
  return recorder.profile();
}

/** Only the other calls of its floor are of other threads, or wait for one. */
const LEFT_OUT = /^(constructor|receive|send|borrow|borrowReading|receiveAsync|borrowAsync|borrowReadingAsync|save)$/;

async function sweepCall(sweep: Sweep, name: string, { call: use, given }: Call): Promise<void> {
  for (const place of given().keys()) {
    await sweep.callAndWait(subject, `${name}(… ${place})`, (value) => use(...given().with(place, value)));
    const options = given()[place];
    if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) {
      continue;
    }
    for (const key of Object.keys(options)) {
      await sweep.callAndWait(
        subject,
        `${name}({ ${key}: value })`,
        (value) => use(...given().with(place, { ...options, [key]: value })),
      );
    }
  }
}

async function sweepObject(sweep: Sweep, name: string, make: () => Made): Promise<void> {
  let made = make();
  const object: Subject = {
    ...subject,
    renew(): void {
      made.end?.();
      subject.renew();
      made = make();
    },
  };
  for (const method of methodsOf(made.object)) {
    if (typeof method === "symbol" || LEFT_OUT.test(String(method))) continue;
    for (const count of [1, 3]) {
      await sweep.callAndWait(object, `${name}.${String(method)}(${count} values)`, (value, again) => {
        if (made.object.closed) made = make();
        return made.object[method](value, ...Array.from({ length: count - 1 }, again));
      });
    }
  }
  made.end?.();
}

const FLOORS: Readonly<Record<string, Floor>> = {
  threads: THREADS,
  native: NATIVE,
  tables: TABLES,
  observe: OBSERVE,
  realtime: REALTIME,
};

Error.stackTraceLimit = 0;
const sweep = new Sweep();
const only = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "";
for (const [floor, { calls, objects }] of Object.entries(FLOORS)) {
  if (!floor.startsWith(only)) continue;
  for (const [name, each] of Object.entries(calls)) await sweepCall(sweep, name, each);
  for (const [name, make] of Object.entries(objects)) await sweepObject(sweep, name, make);
}
sweep.report();
process.exit(0);
