// A test file as a program would have it, which deno test runs with its sanitizers on.
import { Arena, arenas, Heap, library, mainHeap, onError, onOutput, ScopePool, statsText } from "../../../mod.ts";
import { anyText, f64, HashMap, Vector } from "../../../stl/mod.ts";

interface Sanitized {
  readonly name: string;
  readonly sanitizeOps: true;
  readonly sanitizeResources: true;
  readonly sanitizeExit: true;
  fn(): void | Promise<void>;
}

const { test } = (globalThis as unknown as { readonly Deno: { test(test: Sanitized): void } }).Deno;

// Functions of the library are opened in groups when one is needed first, and stay open: what a test opens so would be
// its leak. So each is run once before the first test.
async function sanitized(name: string, fn: () => void | Promise<void>): Promise<void> {
  await fn();
  test({ name, sanitizeOps: true, sanitizeResources: true, sanitizeExit: true, fn });
}

await sanitized("heaps, scopes and containers", () => {
  using heap = new Heap({ limit: 2 ** 20 });
  using pool = new ScopePool();
  heap.onDeferredFree(() => {});
  pool.run((scope) => scope.allocate(Uint8Array, 100_000).fill(1));
  const vector = new Vector(f64, { allocator: heap });
  vector.push(1);
  new HashMap(anyText, f64, { allocator: heap }).set("a", 1);
  mainHeap().free(mainHeap().allocate(Uint8Array, 64));
});

await sanitized("listeners, text of the library and arenas", async () => {
  const listening = [onError(() => {}), onOutput(() => {})];
  statsText();
  arenas();
  using _arena = library().has("mi_reserve_os_memory_ex") ? Arena.reserve(2 ** 26) : undefined;
  await Promise.resolve();
  for (const each of listening) each[Symbol.dispose]();
});

await sanitized("a scope that holds a promise", async () => {
  using pool = new ScopePool();
  await using scope = pool.open();
  await scope.hold(Promise.resolve(1));
});
