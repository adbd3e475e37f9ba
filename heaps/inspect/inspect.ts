import { Arena } from "../arena/arena.ts";
import { Heap } from "../heap/heap.ts";
import { Profiler } from "../profiler/profiler.ts";
import { Scope } from "../scope/scope.ts";
import { ScopePool } from "../scope/scope_pool.ts";
import { Subprocess } from "../subprocess/subprocess.ts";

/** What is shown of an object, in order; what is `undefined` is left out. */
type Properties = Readonly<Record<string, string | number | boolean | undefined>>;

/** What `console.log` and `util.inspect` look for in both runtimes, and `Deno.inspect` too. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Makes the objects of a class show as one line: their kind, name and `describe`d properties. */
function makeInspectable<T extends object>(
  { name: kind, prototype }: { readonly name: string; readonly prototype: T },
  describe: (object: T) => Properties,
): void {
  Object.defineProperty(prototype, INSPECT, {
    configurable: true,
    value(this: T): string {
      const shown = Object.entries(describe(this)).filter(([, value]) => value !== undefined);
      return `${kind} { ${shown.map(([name, value]) => `${name}: ${format(value)}`).join(", ")} }`;
    },
  });
}

function format(value: string | number | boolean | undefined): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

makeInspectable(Heap, ({ name, liveBlocks, liveBytes, limit, arena, closed }) => ({
  name,
  liveBlocks,
  liveBytes,
  limit,
  arena: arena?.name,
  closed,
}));

makeInspectable(Arena, ({ name, area, exclusive, liveHeaps, closed }) => ({
  name,
  byteLength: area.byteLength,
  exclusive,
  liveHeaps,
  closed,
}));

makeInspectable(Scope, ({ name, liveBlocks, liveBytes, limit, closed }) => ({
  name,
  liveBlocks,
  liveBytes,
  limit,
  closed,
}));

makeInspectable(ScopePool, ({ name, live, liveBytes, retained, limit, arena, closed }) => ({
  name,
  liveScopes: live,
  liveBytes,
  retained,
  limit,
  arena: arena?.name,
  closed,
}));

makeInspectable(Subprocess, ({ name, openHeaps, usedBytes, limit, closed }) => ({
  name,
  openHeaps,
  usedBytes,
  limit,
  closed,
}));

makeInspectable(Profiler, ({ path, running, closed }) => ({ path, running, closed }));
