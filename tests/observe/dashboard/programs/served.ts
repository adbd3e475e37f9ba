// A program with a dashboard that works for a while: `served.ts [heaps]`. It prints the address, and ends when its
// standard input does.
import process from "node:process";
import { Arena, Heap, ScopePool } from "../../../../mod.ts";
import { LeakDetector, serveDashboard, SiteProfiler } from "../../../../observe/mod.ts";

const extra = Number(process.argv[2] ?? 0);
const profiler = new SiteProfiler({ sampleRate: 65_536, seed: 1 });
const leaks = new LeakDetector({ level: "all" });
const arena = Arena.reserve(64 * 2 ** 20, { name: "requests" });
const cache = new Heap({ name: "cache", limit: 64 * 2 ** 20 });
const images = new Heap({ name: "images", arena });
const scopes = new ScopePool({ name: "request scopes" });
const heaps = Array.from({ length: extra }, (_, index) => new Heap({ name: `tenant ${index}` }));
heaps.forEach((heap, index) => heap.allocate(Uint8Array, 16 + index));

const entries: Uint8Array<ArrayBuffer>[] = [];
let seed = 1;
const random = (most: number): number => (seed = seed * 48_271 % 0x7fffffff) % most;

function fillCache(): void {
  for (let index = 0; index < 100; index++) entries.push(cache.allocate(Uint8Array, 16 + random(3000)));
  for (let index = entries.length; index > 4000; index--) cache.free(entries.splice(random(entries.length), 1)[0]!);
}

function decodeImage(): void {
  const pixels = images.allocate(Uint8Array, 20_000 + random(90_000));
  if (images.liveBlocks > 60) images.free(pixels);
}

function answer(): void {
  fillCache();
  decodeImage();
  scopes.run((scope) => scope.allocate(Float64Array, 100));
}

for (let index = 0; index < 50; index++) answer();
const dashboard = await serveDashboard({ port: 0, every: 250, leaks, profiler });
const work = setInterval(answer, 50);
process.stdout.write(`${dashboard.url}\n`);
process.stdin.on("end", async () => {
  clearInterval(work);
  await dashboard.close();
  process.stdout.write("closed\n");
  for (const ended of [profiler, leaks, ...heaps, cache, images, scopes, arena]) ended[Symbol.dispose]();
}).resume();
