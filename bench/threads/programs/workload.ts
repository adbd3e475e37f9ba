/**
 * A workload of mimalloc-bench, in C or in Workers: `workload.ts <arm> <name> [parameters…]`. Prints nanoseconds of a block,
 * milliseconds in which Workers started, the most memory in RAM, bytes in use at the end, and the checksum of the work,
 * which is that of the program in C with the same parameters.
 */
import process from "node:process";
import { library } from "../../../ffi/mod.ts";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { stats } from "../../../heaps/mod.ts";
import { mostResidentBytes, print } from "../../stl/programs/_process.ts";
import { type InC, playInC } from "../workloads/in_c.ts";
import { memoryOf, SEND } from "../workloads/memory_of.ts";
import { WORKLOADS } from "../workloads/workloads.ts";

const [arm, name, ...given] = process.argv.slice(2) as [string, string, ...string[]];
const workload = WORKLOADS[name];
if (workload === undefined) {
  throw new RangeError(`Cannot measure "${name}": there are ${Object.keys(WORKLOADS).join(", ")}`);
}
const usual = arm === SEND ? workload.fewer : workload.parameters;
const parameters = given.length > 0 ? given : usual;
const values = parameters.map(Number);
const blocks = workload.blocks(values);

/** What the program in C gives, or why it gives nothing. */
function inC(): InC | string {
  try {
    return playInC(library().path, name, parameters);
  } catch (error) {
    return (error as Error).message;
  }
}

async function playInWorkers(): Promise<void> {
  const memory = memoryOf(arm);
  const { checksum, work, starting } = await workload!.play(memory, arm, values);
  memory.close();
  const twin = inC();
  if (typeof twin !== "string" && String(checksum) !== twin.checksum) {
    throw new Error(`Cannot trust it: the checksum is ${checksum} where C has ${twin.checksum}`);
  }
  // Of blocks without a heap this library knows nothing; that each was freed says the checksum.
  const peak = mostResidentBytes();
  const live = arm === SEND ? stats({ threads: true }).live!.bytes : null;
  const unchecked = typeof twin === "string" && { note: `its checksum was not compared with that of C: ${twin}` };
  const less = usual === parameters && arm === SEND && { note: `with less repetition: ${parameters.join(" ")}` };
  print({
    block: work * 1e6 / blocks,
    starting,
    peak: peak === null ? null : peak / 2 ** 20,
    live,
    checksum: String(checksum),
    ...less,
    ...unchecked,
  });
}

function printNothing(note: string): void {
  print({ block: null, starting: null, peak: null, live: null, note });
}

function printC(): void {
  const twin = inC();
  if (typeof twin === "string") return printNothing(twin);
  const { seconds, peakBytes, checksum } = twin;
  print({ block: seconds * 1e9 / blocks, starting: null, peak: peakBytes / 2 ** 20, live: null, checksum });
}

if (arm === "C") printC();
else if (arm === SEND && !freesAcrossHeaps(library().version)) {
  printNothing(`mimalloc ${library().versionText} loses track of heaps whose blocks another thread has`);
} else await playInWorkers();
