import assert from "node:assert/strict";
import { AllocationError, ScopePool } from "../../mod.ts";
import { listenWith } from "./_kinds.ts";
import { Fault, type PlayMaker } from "./_operation.ts";
import { HeapPlace, type Place, ScopePlace } from "./_places.ts";
import type { Random } from "./_random.ts";
import { type Actor, Stage, type Troupe } from "./_stage.ts";
import { Tracked } from "./_tracked.ts";

const SCOPES = 4;
const LIMITS = [Infinity, 60_000, 25_000];

/** Containers of every kind on heaps and in scopes, which live side by side and use each other from their listeners. */
export class Containers implements Troupe {
  readonly #random: Random;
  readonly #makers: readonly PlayMaker[];
  readonly #stage: Stage;
  readonly #pool = new ScopePool({ chunkBytes: 8192 });
  readonly #small = new ScopePool({ chunkBytes: 2048, limit: 60_000 });
  readonly #places: Place[] = [];
  readonly #actors: Actor[] = [];

  constructor(random: Random, makers: readonly PlayMaker[]) {
    this.#random = random;
    this.#makers = makers;
    this.#stage = new Stage(random, this);
    listenWith(this.#stage);
    for (let index = 0; index < LIMITS.length + SCOPES; index++) this.#places.push(this.#newPlace(index));
    for (const maker of makers) this.#actors.push(this.#newActor(maker));
  }

  /** The latest calls. */
  get log(): string {
    return this.#stage.log;
  }

  #newPlace(index: number): Place {
    if (index < LIMITS.length) return new HeapPlace(this.#random, this.#stage, LIMITS[index]!);
    return new ScopePlace(this.#random, index % 2 === 0 ? this.#pool : this.#small);
  }

  #newActor(maker: PlayMaker): Actor {
    const [label, make, read] = maker;
    const place = this.#random.pick(this.#places);
    const memory = new Tracked(
      place.allocator,
      () => this.#stage.interruptQuietly("memory"),
    );
    return {
      label: `${label} in ${place.allocator.name}`,
      play: make(memory, this.#stage),
      read,
      memory,
      place,
      disposed: false,
      robbed: false,
    };
  }

  pick(): Actor {
    return this.#random.pick(this.#actors);
  }

  /** Does one thing to one container or place. */
  step(): void {
    const choice = this.#random.below(1000);
    if (choice < 40) this.shake();
    else if (choice < 45) this.#renewPlace();
    else if (choice < 50) this.disposeOne();
    else this.#stage.step(this.pick());
    this.#bury();
  }

  shake(): void {
    const place = this.#random.pick(this.#places);
    const mayRob = place.change();
    this.#stage.note(`${place.allocator.name} changed${mayRob ? ", memory went" : ""}`);
    if (!mayRob) return;
    for (const actor of this.#actors) {
      const { closes, container } = actor.play;
      actor.robbed ||= closes === true ? container.closed && !actor.disposed : actor.memory.robbed;
    }
  }

  disposeOne(): void {
    this.#dispose(this.pick());
  }

  #dispose(actor: Actor): void {
    this.#stage.note(`${actor.label}.dispose()`);
    actor.play.container.dispose();
    actor.play.container.dispose();
    actor.disposed = true;
    assert.deepEqual([actor.play.container.closed, actor.play.container.bytes], [true, 0]);
  }

  /** Replaces containers that have gone, after they had some time to be used nevertheless. */
  #bury(): void {
    const index = this.#random.below(this.#actors.length);
    const actor = this.#actors[index]!;
    if (!actor.disposed && !actor.robbed) return;
    if (!actor.disposed) this.#dispose(actor);
    assert.equal(actor.memory.held, 0, `${actor.label} has left bytes`);
    this.#actors[index] = this.#newActor(this.#makers[index]!);
  }

  #renewPlace(): void {
    const index = this.#random.below(this.#places.length);
    const place = this.#places[index]!;
    this.#stage.note(`${place.allocator.name} ends`);
    place.end();
    const renewed = this.#places[index] = this.#newPlace(index);
    assert.ok(!renewed.closed && place.closed);
    for (const [at, actor] of this.#actors.entries()) {
      if (actor.place !== place) continue;
      actor.robbed = true;
      assert.ok(actor.play.container.closed);
      this.#actors[at] = this.#newActor(this.#makers[at]!);
    }
  }

  /** Checks every container and byte. */
  checkAll(): void {
    for (const actor of this.#actors) {
      if (actor.disposed || actor.robbed) continue;
      try {
        actor.play.check();
      } catch (cause) {
        // Gathering what grows a little at a time may need memory.
        if (cause instanceof AllocationError && actor.place.limited) continue;
        throw new Fault(`${actor.label} is not what its model is: ${cause}`, { cause });
      }
      assert.equal(actor.play.container.bytes, actor.memory.held, actor.label);
    }
    for (const place of this.#places) {
      place.check();
      if (place instanceof HeapPlace) assert.equal(place.allocator.liveBytes, place.viewBytes + this.#heldIn(place));
    }
  }

  #heldIn(place: Place): number {
    return this.#actors.reduce((sum, { place: at, memory }) => at === place ? sum + memory.held : sum, 0);
  }

  /** Ends everything after something went wrong. */
  abandon(): void {
    listenWith(undefined);
    this.#stage.abandon();
    for (const { allocator } of this.#places) allocator[Symbol.dispose]();
    for (const pool of [this.#pool, this.#small]) pool[Symbol.dispose]();
  }

  /** Ends everything; nothing may be left. */
  end(): void {
    for (const actor of this.#actors) this.#dispose(actor);
    for (const place of this.#places) {
      if (place instanceof HeapPlace) assert.equal(place.allocator.liveBytes, place.viewBytes);
      place.end();
    }
    for (const pool of [this.#pool, this.#small]) {
      assert.equal(pool.liveBytes, 0);
      pool.close();
    }
    listenWith(undefined);
    this.#stage.end();
  }
}
