/**
 * What the resident service of examples/fleet takes for the same requests while somebody observes it: `service.ts <arm>`.
 * The requests are answered in the process, without a network, which would hide what observation costs. Prints
 * milliseconds of the clock and of the processor.
 */
import process from "node:process";
import { build } from "../../../examples/fleet/build.ts";
import { Exports } from "../../../examples/fleet/exports.ts";
import { createHandler } from "../../../examples/fleet/handler.ts";
import { MemoryStore } from "../../../examples/fleet/memory_store.ts";
import { LeakDetector } from "../../../observe/leaks/leak_detector.ts";
import { SiteProfiler } from "../../../observe/profile/site_profiler.ts";
import { LATEST } from "../../../scripts/fleet_devices.mjs";
import { FleetRequests, KEEP, LOOKUPS } from "../../../scripts/start/fleet/requests.mjs";
import { chosen, collectGarbage, print, requireSum } from "../../stl/programs/_process.ts";

const DEVICES = 20_000;
const SEED = 1;
const WARM_UP = 200;
const STEPS = 600;
/** No answer to a look-up is shorter: the least that a device takes in it. */
const LEAST_BYTES = 30;
/** Bytes of all answers. */
const ANSWERED = 36_268_845;

const observers: readonly Disposable[] = chosen<() => Disposable[]>({
  off: () => [],
  LeakDetector: () => [new LeakDetector({ seed: SEED })],
  SiteProfiler: () => [new SiteProfiler({ seed: SEED })],
  both: () => [new LeakDetector({ seed: SEED }), new SiteProfiler({ seed: SEED })],
})();

const store = new MemoryStore({ limit: 2 ** 30 });
build(store, DEVICES, SEED);
let step = 0;
const answer = createHandler({
  store,
  exports: new Exports(store),
  keepSeconds: KEEP,
  maximumBodyBytes: 2 ** 24,
  now: () => LATEST + 3 * step,
});
const requests = new FleetRequests({ devices: DEVICES, seed: SEED });

async function play(first: number, count: number): Promise<void> {
  for (step = first; step < first + count; step++) {
    for (const { kind, path, method, headers, body } of requests.inOrder(step, 1)) {
      const content = body === undefined ? {} : { body: new Uint8Array(body) };
      const request = new Request(`http://localhost${path}`, { method, headers, ...content });
      const begin = process.cpuUsage();
      const started = performance.now();
      const response = await answer(request);
      const { byteLength } = await response.arrayBuffer();
      milliseconds += performance.now() - started;
      const { user, system } = process.cpuUsage(begin);
      processor += (user + system) / 1000;
      if (response.status !== 200 || (kind === "lookup" && byteLength < LOOKUPS * LEAST_BYTES)) {
        throw new Error(`Cannot trust it: ${path} was answered with ${response.status} and ${byteLength} bytes`);
      }
      answered += byteLength;
    }
  }
}

let milliseconds = 0;
let processor = 0;
let answered = 0;
await play(1, WARM_UP);
collectGarbage();
[milliseconds, processor] = [0, 0];
await play(1 + WARM_UP, STEPS);
requireSum("the service", answered, ANSWERED);
for (const observer of observers) observer[Symbol.dispose]();
print({ milliseconds, processor });
process.exit(0);
