// deno-lint-ignore-file no-explicit-any -- calls as JavaScript makes them, with whatever it has
import process from "node:process";
import * as mod from "../../mod.ts";
import { Heap, ScopePool } from "../../mod.ts";
import { methodsOf } from "./_hostile_values.ts";
import { inCommon, type Subject, Sweep } from "./_sweep.ts";

const LIMIT = 4 * 2 ** 20;

/** An object on its own heap, beside a view that nothing may touch. */
class HeapSubject implements Subject {
  readonly name: string;
  readonly #make: () => { readonly object: any; readonly owner: any; readonly kept?: Uint8Array };
  #made: { readonly object: any; readonly owner: any; readonly kept?: Uint8Array };

  constructor(
    name: string,
    make: () => { readonly object: any; readonly owner: any; readonly kept?: Uint8Array },
  ) {
    this.name = name;
    this.#make = make;
    this.#made = make();
  }

  get object(): any {
    return this.#made.object;
  }

  state(): unknown {
    const { object, kept } = this.#made;
    const { liveBytes, liveBlocks, closed, liveHeaps, limit } = object;
    return [
      String(liveBytes),
      String(liveBlocks),
      closed,
      liveHeaps,
      String(limit),
      kept === undefined || kept.length === 0 ? "none" : kept.join(),
    ];
  }

  renew(): void {
    this.#made.owner[Symbol.dispose]();
    this.#made = this.#make();
  }
}

/** What only makes sense with a process of its own, or ends what the sweep itself uses. */
const LEFT_OUT = /^(restore|constructor)$/;

const SUBJECTS: readonly HeapSubject[] = [
  new HeapSubject("Heap", () => {
    const heap = new Heap({ limit: LIMIT });
    return { object: heap, owner: heap, kept: heap.bytes(Uint8Array.of(1, 2, 3)) };
  }),
  new HeapSubject("Scope", () => {
    const pool = new ScopePool({ limit: LIMIT });
    const scope = pool.open();
    return { object: scope, owner: pool, kept: scope.bytes(Uint8Array.of(1, 2, 3)) };
  }),
  new HeapSubject("ScopePool", () => {
    const pool = new ScopePool({ limit: LIMIT });
    return { object: pool, owner: pool };
  }),
  new HeapSubject("mainHeap()", () => ({ object: mod.mainHeap(), owner: { [Symbol.dispose]: (): void => {} } })),
];

/** Each function of the module with parameters of which each is replaced by hostile values in turn. */
function functions(heap: Heap): Readonly<Record<string, readonly unknown[]>> {
  const view = heap.allocate(Uint8Array, 64);
  return {
    abandonedBlocks: [heap],
    arenaContains: [undefined, view],
    environment: [{}],
    environmentNotes: [{}],
    excludeFromProfiles: [heap],
    expand: [view, 64],
    goodSize: [8],
    heapOf: [view],
    isInHeapRegion: [view],
    isUnderUtilized: [view, 10],
    loadLibrary: [{}],
    mergeStats: [heap],
    onError: [() => {}, {}],
    onOutput: [() => {}],
    readText: [view],
    reallocateZeroed: [heap, view, 64],
    setGuarded: [heap, { rate: 1 }],
    setNumaAffinity: [heap, 0],
    stats: [{}],
    statsJson: [heap],
    statsText: [heap, {}],
    unsafeRegisterDeferredFree: [() => {}],
    usableSize: [view],
    visitHeaps: [() => {}],
  };
}

/** The options of each class and static function that takes some. */
const OPTIONS: Readonly<Record<string, readonly [names: readonly string[], make: (options: any) => any]>> = {
  Heap: [["name", "limit", "arena", "tag", "allowDestroy"], (options) => new Heap(options)],
  "Heap.attach": [["key", "address", "counter"], (options) => Heap.attach(options)],
  ScopePool: [["name", "limit", "chunkBytes", "arena", "keep"], (options) => new ScopePool(options)],
  "Heap.allocate": [["alignment", "offset"], (options) => allocating.allocate(Uint8Array, 8, options)],
  stats: [["heap", "subprocess", "of"], (options) => mod.stats(options)],
  onError: [["synchronous", "abort"], (options) => mod.onError(() => {}, options)],
  setGuarded: [
    ["rate", "seed", "min", "max", "minBytes", "maxBytes"],
    (options) => mod.setGuarded(allocating, options),
  ],
  loadLibrary: [["path", "search"], (options) => mod.loadLibrary(options)],
  Profiler: [
    ["heap", "interval", "allocationInterval", "inUseInterval", "timeInterval", "sampleRate"],
    (options) => new mod.Profiler(options),
  ],
  "Subprocess.create": [["name", "limit"], (options) => mod.Subprocess.create(options)],
  "Subprocess.attach": [["key"], (options) => mod.Subprocess.attach(options)],
  "Arena.manage": [["address", "byteLength"], (options) => mod.Arena.manage(options)],
  "Arena.reserve": [["exclusive", "commit", "large", "releasable", "name"], (options) => mod.Arena.reserve(1, options)],
  "Arena.map": [["exclusive", "path", "name"], (options) => mod.Arena.map(1, options)],
};

let allocating = new Heap({ limit: LIMIT });

class Allocating implements Subject {
  readonly name = "mod";

  state(): unknown {
    return [allocating.liveBytes, allocating.liveBlocks, allocating.closed, ...inCommon()];
  }

  renew(): void {
    allocating.destroy();
    allocating = new Heap({ limit: LIMIT });
  }
}

function end(made: any): any {
  if (made instanceof Promise) return made.then(end);
  // What was made ends again, which no option may make fail.
  if (made instanceof Heap && made !== mod.mainHeap()) made.destroy();
  else if (typeof made?.[Symbol.dispose] === "function") made[Symbol.dispose]();
  return undefined;
}

Error.stackTraceLimit = 0;
const sweep = new Sweep();
for (const subject of SUBJECTS) {
  for (const method of methodsOf(subject.object)) {
    const name = String(method);
    if (LEFT_OUT.test(name) || typeof method === "symbol") continue;
    if (subject.name === "mainHeap()" && /^(close|destroy|collect|onDeferredFree)$/.test(name)) continue;
    const call = (...given: unknown[]): unknown => end(subject.object[method](...given));
    sweep.call(subject, `${name}(value)`, (value) => call(value));
    sweep.call(subject, `${name}(value, value, value)`, (value, again) => call(value, again(), again()));
    // It has no limit: two GiB of zeros take seconds.
    if (!/^allocate/.test(name) || subject.name === "mainHeap()") continue;
    sweep.call(subject, `${name}(Uint8Array, value)`, (value) => call(Uint8Array, value));
    sweep.call(subject, `${name}(Uint8Array, 8, value)`, (value) => call(Uint8Array, 8, value));
  }
}
const swept = new Allocating();
for (const [name, parameters] of Object.entries(functions(allocating))) {
  for (const place of parameters.keys()) {
    sweep.call(swept, `${name}(… ${place})`, (value) => {
      const result = (mod as any)[name](...parameters.with(place, value));
      return name === "heapOf" ? undefined : end(result);
    });
  }
}
for (const [name, [names, make]] of Object.entries(OPTIONS)) {
  sweep.call(swept, `${name}(value)`, (value) => end(make(value)));
  for (const key of names) sweep.call(swept, `${name}({ ${key}: value })`, (value) => end(make({ [key]: value })));
}
const { options } = mod;
for (const method of ["get", "set", "setDefault", "enable", "disable", "apply"] as const) {
  sweep.call(swept, `options.${method}(value)`, (value) => (options as any)[method](value));
  if (method === "apply") continue;
  sweep.call(swept, `options.${method}("max_errors", value)`, (value) => (options as any)[method]("max_errors", value));
}
sweep.call(swept, "options.apply({ max_errors: value })", (value) => options.apply({ max_errors: value } as any));
sweep.call(swept, "library().bind(value)", (value) => mod.library().bind(value as any));
sweep.call(swept, "library().has(value)", (value) => mod.library().has(value as any));
sweep.call(swept, "deleteHeap(value)", (value) => mod.deleteHeap(value as any));
sweep.call(swept, "reserveHugePages({ pages: value })", (value) => mod.reserveHugePages({ pages: value } as any));
for (const make of ["reserve", "map", "reserveHuge"] as const) {
  sweep.call(
    swept,
    `Arena.${make}(value)`,
    (value) => typeof value === "number" && value > 0 ? undefined : end((mod.Arena as any)[make](value)),
  );
}
sweep.report();
process.exitCode = 0;
