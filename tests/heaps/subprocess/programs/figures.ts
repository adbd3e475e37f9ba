// Takes memory in a sub-process, ends that, and prints how the memory of the process grew and what was left. It is a
// program of its own because what other tests leave to the collector would show in the figures.
import process from "node:process";
import { Arena, Heap, ScopePool, Subprocess } from "../../../../mod.ts";
import { memory, MIB } from "../_support.ts";

interface Scenario {
  /** The lengths of the views that it has made. */
  readonly lengths: () => number[];
  readonly end: () => void;
}

const scenarios: Record<string, () => Scenario> = {
  destroy(): Scenario {
    const subprocess = Subprocess.create();
    const views = subprocess.run(() => {
      const heaps = [{}, { arena: Arena.reserve(64 * MIB) }, { arena: Arena.map(512 * MIB) }];
      return [...heaps.map((options) => new Heap(options)), new ScopePool().open()]
        .map((allocator) => allocator.allocate(Uint8Array, 20 * MIB).fill(1));
    });
    return { lengths: () => views.map(({ length }) => length), end: () => subprocess.destroy() };
  },
  release(): Scenario {
    const arena = Arena.reserve(1024 * MIB, { releasable: true });
    const views = arena.run(() => [
      new Heap({ arena }).allocate(Uint8Array, 80 * MIB).fill(1),
      new ScopePool({ arena }).open().allocate(Uint8Array, 100),
    ]);
    return { lengths: () => views.map(({ length }) => length), end: () => arena.release() };
  },
};

// The main sub-process reserves address space of its own at its first block.
new Heap().allocate(Uint8Array, 100);
const before = memory();
const { lengths, end } = scenarios[process.argv[2] ?? ""]!();
const during = memory();
const lengthsBefore = lengths();
end();
const after = memory();
process.stdout.write(JSON.stringify({
  lengths: [lengthsBefore, lengths()],
  resident: [during.resident - before.resident, after.resident - before.resident],
  virtual: [during.virtual - before.virtual, after.virtual - before.virtual],
}));
