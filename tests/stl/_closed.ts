import assert from "node:assert/strict";
import { type Allocator, Heap, ScopePool } from "../../mod.ts";
import type { Container } from "../../stl/mod.ts";

/** What a container is tested with. */
export interface Sample<C extends Container> {
  /** The name in messages. */
  readonly label: string;
  /** Makes one. */
  readonly make: (options: { allocator: Allocator; owned?: boolean }) => C;
  /** Puts some elements into it. */
  readonly fill: (container: C) => void;
  /** Everything that needs its memory. */
  readonly calls: (container: C) => (() => unknown)[];
}

function assertClosed<C extends Container>({ label, calls }: Sample<C>, container: C, state: string): void {
  const common = [() => container.reserve(1000), () => container.shrinkToFit(), () => container.toBytes()];
  for (const call of [...calls(container), ...common]) {
    assert.throws(
      call,
      { name: "ClosedError", message: new RegExp(`^Cannot [a-z ]+ a ${label}: ${state}`) },
      `${call}`,
    );
  }
}

/** Asserts that every way to end a container or its memory closes it, and leaves no block behind. */
export function assertCloses<C extends Container>(sample: Sample<C>): void {
  using heap = new Heap();
  const disposed = sample.make({ allocator: heap });
  sample.fill(disposed);
  assert.ok(heap.liveBlocks > 0 && heap.liveBytes === disposed.bytes);
  disposed.dispose();
  disposed[Symbol.dispose]();
  assert.deepEqual([heap.liveBlocks, heap.closed, disposed.closed, disposed.bytes], [0, false, true, 0]);
  assertClosed(sample, disposed, "it was disposed$");

  const owner = new Heap();
  const owning = sample.make({ allocator: owner, owned: true });
  sample.fill(owning);
  owning.dispose();
  assert.ok(owner.closed);

  const gone = new Heap({ name: "gone" });
  const [orphan, empty] = [sample.make({ allocator: gone }), sample.make({ allocator: gone })];
  sample.fill(orphan);
  gone.destroy();
  for (const container of [orphan, empty]) assertClosed(sample, container, "its allocator gone is closed$");
  orphan.dispose();
  assert.throws(() => sample.make({ allocator: gone }), { name: "ClosedError" });
  assert.throws(() => sample.make({} as never), { name: "TypeError", message: /it needs an allocator/ });
  assertScope(sample);
}

/** A region: what is given back stays there until all of it goes at once. */
function assertScope<C extends Container>(sample: Sample<C>): void {
  using pool = new ScopePool();
  const scope = pool.open();
  const [inScope, reset, disposed] = [1, 2, 3].map(() => sample.make({ allocator: scope })) as [C, C, C];
  for (const container of [inScope, reset, disposed]) sample.fill(container);
  for (const call of sample.calls(inScope)) call();
  disposed.dispose();
  assert.ok(disposed.closed && !scope.closed && !reset.closed);
  assertClosed(sample, disposed, "it was disposed$");
  scope.reset();
  assertClosed(sample, reset, "its memory was taken back by .+$");
  assert.equal(scope.liveBytes, 0);
  reset.dispose();
  const after = sample.make({ allocator: scope });
  sample.fill(after);
  scope[Symbol.dispose]();
  for (const container of [inScope, after]) assertClosed(sample, container, "its allocator .+ is closed$");
  after.dispose();
  assert.equal(pool.liveBytes, 0);
}
