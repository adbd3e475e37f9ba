import assert from "node:assert/strict";
import { AllocationError, type AnyView, Arena, ScopePool } from "../../mod.ts";
import { HAS_ARENAS } from "../_arenas.ts";
import { MIB } from "../heaps/_support.ts";
import { type ModelBlock, verify } from "./_block.ts";
import { HeapModel } from "./_heap_model.ts";
import type { Random } from "./_random.ts";
import { ScopeModel } from "./_scope_model.ts";

const HEAPS = 6;
const SCOPES = 8;

/** Several heaps and scopes that live side by side, with and without an arena. */
export class World {
  readonly #random: Random;
  readonly #arena = HAS_ARENAS ? Arena.reserve(64 * MIB, { name: "fuzz" }) : undefined;
  readonly #pools = [
    new ScopePool(),
    new ScopePool({ chunkBytes: 4096, maxRetained: 2 }),
    new ScopePool({ ...(this.#arena && { arena: this.#arena }), chunkBytes: 16_384 }),
    new ScopePool({ limit: 50_000, retainBytes: 0 }),
  ];
  readonly #aliases: ModelBlock[] = [];
  readonly #heaps: HeapModel[] = [];
  readonly #scopes: ScopeModel[] = [];

  /** Makes the heaps and scopes. */
  constructor(random: Random) {
    this.#random = random;
    for (let index = 0; index < HEAPS; index++) this.#heaps.push(this.#newHeap());
    for (let index = 0; index < SCOPES; index++) this.#scopes.push(this.#newScope());
  }

  #newHeap(): HeapModel {
    const arena = this.#random.once(3) ? this.#arena : undefined;
    try {
      return new HeapModel(this.#random, arena, this.#aliases);
    } catch (error) {
      // On 3.0 the heap itself lies in the arena too, which may be full.
      if (!(error instanceof AllocationError) || arena === undefined) throw error;
      return new HeapModel(this.#random, undefined, this.#aliases);
    }
  }

  #newScope(): ScopeModel {
    return new ScopeModel(this.#random, this.#random.pick(this.#pools));
  }

  /** Does one thing to one heap or scope, and checks that. */
  step(): void {
    if (this.#random.once(2)) this.#stepHeap();
    else this.#stepScope();
  }

  #stepHeap(): void {
    const index = this.#random.below(HEAPS);
    const model = this.#heaps[index]!;
    const action = this.#random.below(1000);
    if (action < 400) model.allocate();
    else if (action < 700) model.free();
    else if (action < 850) model.reallocate();
    else if (action < 930) model.copy();
    else if (action < 985) model.misuse(this.#viewBut(model));
    else if (action < 990) model.escape();
    else if (action < 995) model.heap.collect(action < 992);
    else return this.#renewHeap(index, model);
    model.check();
  }

  #renewHeap(index: number, model: HeapModel): void {
    model.destroy();
    this.#heaps[index] = this.#newHeap();
  }

  #stepScope(): void {
    const index = this.#random.below(SCOPES);
    const model = this.#scopes[index]!;
    const action = this.#random.below(1000);
    if (action < 550) model.allocate();
    else if (action < 650) model.reallocate();
    else if (action < 720) model.copy();
    else if (action < 780) model.free();
    else if (action < 850) model.checkpoint();
    else if (action < 900) model.rollback();
    else if (action < 950) model.misuse(this.#viewBut(model));
    else if (action < 970) model.reset();
    else return this.#renewScope(index, model);
    model.check();
  }

  #renewScope(index: number, model: ScopeModel): void {
    model.end();
    this.#scopes[index] = this.#newScope();
  }

  #viewBut(model: HeapModel | ScopeModel): AnyView | undefined {
    const other = this.#random.pick([...this.#heaps, ...this.#scopes]);
    return other === model ? undefined : other.anyView();
  }

  /** Checks every byte and count there is. */
  checkAll(): void {
    for (const model of [...this.#heaps, ...this.#scopes]) model.checkAll();
    this.#aliases.forEach(verify);
    const live = this.#pools.reduce((sum, pool) => sum + pool.liveBytes, 0);
    assert.equal(live, this.#scopes.reduce((sum, scope) => sum + scope.liveBytes, 0));
  }

  /** Ends everything; what was moved away has to be there still. */
  end(): void {
    for (const heap of this.#heaps) heap.destroy();
    for (const scope of this.#scopes) scope.end();
    for (const pool of this.#pools) {
      assert.equal(pool.heldBytes, pool.retained * pool.chunkBytes);
      assert.deepEqual([pool.live, pool.liveBytes, pool.escapedBlocks, pool.quarantinedBlocks], [0, 0, 0, 0]);
      pool.close();
      assert.equal(pool.heldBytes, 0);
    }
    this.#arena?.close();
    this.#aliases.forEach(verify);
  }
}
