import { runInNewContext } from "node:vm";
import { Heap, ScopePool } from "../../mod.ts";
import { BitSet, f64, HashMap, struct, Vector } from "../../stl/mod.ts";

/** What an object of the program throws on its own account. */
export class Mine extends Error {}

function fail(): never {
  throw new Mine("mine");
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(): Uint8Array {
  const view = new Uint8Array(8);
  view.buffer.transfer();
  return view;
}

const LONG_TEXT = "é".repeat(5000);
const heap = new Heap({ limit: 2 ** 20 });
let elsewhere = heap.allocateZeroed(Uint8Array, 16);
const pool = new ScopePool();
const scoped = pool.open().allocateZeroed(Uint8Array, 16);
const Other = struct({ other: f64 }, { name: "Other" });
const lost = Other.create(heap);
Other.free(heap, lost);

/** A view of a heap that no call is about; made anew once one has taken it. */
function viewElsewhere(): Uint8Array<ArrayBuffer> {
  if (elsewhere.length === 0) elsewhere = heap.allocateZeroed(Uint8Array, 16);
  return elsewhere;
}

function closed<C extends Disposable>(container: C): C {
  container[Symbol.dispose]();
  return container;
}

const everyTrap = new Proxy({}, { get: () => fail });

/** A view that answers with numbers of its own when it is asked how long it is. */
function lyingView(length: number): Uint8Array {
  return Object.defineProperties(new Uint8Array(8).fill(65), {
    length: { value: length },
    byteLength: { value: length },
  });
}

/** A view that says of itself what is not so. */
class Lying extends Uint8Array {
  static get [Symbol.species](): typeof Uint16Array {
    return Uint16Array;
  }

  override get length(): number {
    return 16;
  }

  override get byteLength(): number {
    return 1000;
  }

  override get byteOffset(): number {
    return -8;
  }

  override get buffer(): never {
    return new ArrayBuffer(1) as never;
  }

  override subarray(): never {
    return "lying" as never;
  }

  override slice(): never {
    return "lying" as never;
  }
}

/** Values that a program without types may pass where something else is meant; made anew for each call. */
export const HOSTILE: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  "-1": () => -1,
  "0": () => 0,
  "-0": () => -0,
  "0.5": () => 0.5,
  "2 ** 31": () => 2 ** 31,
  "2 ** 32": () => 2 ** 32,
  "2 ** 53": () => 2 ** 53,
  Infinity: () => Infinity,
  "1n": () => 1n,
  "2n ** 64n": () => 2n ** 64n,
  true: () => true,
  "a symbol": () => Symbol("mine"),
  "an empty text": () => "",
  "a text": () => "x",
  "half a surrogate pair": () => "\ud800",
  "a very long text": () => LONG_TEXT,
  "an object": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "an array": () => [],
  "an array of a symbol": () => [Symbol("mine")],
  "a long array-like": () => ({ length: 2 ** 40 }),
  "a function": () => () => {},
  "a class": () => class Anything {},
  "a Proxy of an object": () => new Proxy({}, {}),
  "a Proxy of an array": () => new Proxy([1, 2], {}),
  "a Proxy of a view": () => new Proxy(new Uint8Array(8), {}),
  "a revoked Proxy": () => revoked({}),
  "a revoked Proxy of an array": () => revoked([]),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a Proxy all traps of which throw": () => new Proxy({}, everyTrap),
  "a Proxy of a function all traps of which throw": () => new Proxy(() => {}, everyTrap),
  "getters that throw": () =>
    Object.defineProperties({}, {
      ...Object.fromEntries(
        ["length", "x", "id", "name", "allocator", "byteLength", "buffer", "from", "to", "limit", "arena", "alignment"]
          .map((key) => [key, { get: fail, enumerable: true }]),
      ),
    }),
  "conversions that throw": () => ({ valueOf: fail, toString: fail, [Symbol.toPrimitive]: fail, toJSON: fail }),
  "a conversion to a symbol": () => ({ [Symbol.toPrimitive]: () => Symbol("mine") }),
  "an iterator that throws": () => ({ [Symbol.iterator]: fail }),
  "an iterator that is none": () => ({ [Symbol.iterator]: () => 5 }),
  "an iterator whose next() throws": () => ({ [Symbol.iterator]: () => ({ next: fail }) }),
  "a detached view": detached,
  "a shared view": () => new Uint8Array(new SharedArrayBuffer(8)),
  "a resizable view": () => new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })),
  "a shrunk view": () => {
    const view = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }), 4, 4);
    view.buffer.resize(4);
    return view;
  },
  "a view that says it is longer": () => lyingView(100),
  "a view that says it is endless": () => lyingView(2 ** 40),
  "a view that says it is shorter": () => lyingView(3),
  "a view of a class of the program": () => new Lying(8).fill(65),
  "a view without a prototype": () => Object.setPrototypeOf(new Uint8Array(8), null),
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "a Float64Array": () => new Float64Array(2),
  "a BigInt64Array": () => new BigInt64Array(2),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a Date": () => new Date(NaN),
  "a frozen object": () => Object.freeze({}),
  "a frozen array": () => Object.freeze([]),
  "a part of a view": () => new Uint8Array(16).subarray(3, 5),
  "a view of another heap": viewElsewhere,
  "a part of a view of another heap": () => viewElsewhere().subarray(1, 3),
  "a view of another scope": () => scoped,
  "a Vector of another heap": () => new Vector(f64, { allocator: heap }),
  "a closed Vector": () => closed(new Vector(f64, { allocator: heap })),
  "a closed HashMap": () => closed(new HashMap(f64, f64, { allocator: heap })),
  "a BitSet of another heap": () => new BitSet({ allocator: heap }),
  "an accessor of another struct": () => Other.at(viewElsewhere()),
  "an accessor whose memory is gone": () => lost,
  "an element": () => f64,
  "a struct": () => Other,
  "a closed heap": () => closed(new Heap()),
  "a scope pool": () => pool,
  "an object of another realm": () => runInRealm("({ x: 1 })"),
  "an array of another realm": () => runInRealm("[1, 2]"),
  "a view of another realm": () => runInRealm("new Uint8Array(8)"),
  "a buffer of another realm": () => runInRealm("new ArrayBuffer(8)"),
  "a function of another realm": () => runInRealm("() => 1"),
  "an error of another realm": () => runInRealm("new Error('x')"),
};

const realm = {};
function runInRealm(code: string): unknown {
  return runInNewContext(code, realm);
}

/** Whether an error is ours, that which the program threw, or one of the system, of a file that is not there. */
export function isOurs(error: unknown): boolean {
  if (error instanceof Mine) return true;
  if (!(error instanceof Error)) return false;
  return /^Cannot [^]*: /.test(error.message) || /^E[A-Z]+: /.test(error.message);
}

/** Values that fail in words of the engine when they are converted, iterated over or looked at: it is they that do. */
const FAILING: readonly string[] = [
  "a conversion to a symbol",
  "an object without a prototype",
  "an array of a symbol",
  "an iterator that is none",
  "a Proxy of a view",
  "a detached view",
  "a view without a prototype",
  "a shrunk view",
  "a class",
];
const REVOKED = /revoked/;
const OF_THE_ENGINE =
  /^Cannot convert|primitive value|symbol|iterator|incompatible receiver|typed array|detached|out-of-bounds|revoked|Class constructor|class constructor|No default value/i;

/** Whether an error is that of a value which throws by itself, which `label` names. */
export function isTheirs(error: unknown, label: string): boolean {
  if (!(error instanceof TypeError) || !OF_THE_ENGINE.test(error.message)) return false;
  return FAILING.includes(label) || REVOKED.test(label);
}

/** The names of all methods of an object, those that it inherits among them. */
export function methodsOf(object: object): PropertyKey[] {
  const names = new Set<PropertyKey>();
  for (let level = object; level !== Object.prototype && level !== null; level = Object.getPrototypeOf(level)) {
    for (const name of Reflect.ownKeys(level)) {
      if (name === "constructor" || name === Symbol.toStringTag) continue;
      const { value } = Object.getOwnPropertyDescriptor(level, name)!;
      if (typeof value === "function") names.add(name);
    }
  }
  return [...names];
}
