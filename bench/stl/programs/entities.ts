/**
 * Entities of a game, some of which die and are born in each tick: `entities.ts <arm> <entities>`. Prints the median
 * time of a tick, the 99th percentile, and what the process holds.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, SoaSlotMap } from "../../../stl/mod.ts";
import { chosen, print, requireSum, residentBytes, timeOf } from "./_process.ts";

const ENTITIES = Number(process.argv[3]);
const WATCHED = ENTITIES / 20;
const WARM_UP = 100;
const TICKS = 500;

let random = 1;
/** An integer from 1 to `most`. */
function next(most: number): number {
  random = Math.imul(random, 1664525) + 1013904223 | 0;
  return ((random >>> 8) % most) + 1;
}

/** What an arm does; `spawn` returns its reference to the entity. */
interface World<Reference> {
  spawn(): Reference;
  /** Moves every entity and lets those die whose time has come; returns how many. */
  move(): number;
  /** Where a referenced entity is; -1 once it has died. */
  positionOf(reference: Reference): number;
  /** Adds up x and y, once with what velocities and ages make of them. */
  sums(): readonly [size: number, positions: number, expected: number];
}

const MOST_LIFE = 1000;

interface Entity {
  x: number;
  y: number;
  vx: number;
  vy: number;
  age: number;
  life: number;
}

class Objects implements World<Entity> {
  #entities: Entity[] = [];

  spawn(): Entity {
    const entity = { x: 0, y: 0, vx: next(9) / 2, vy: next(9) / 2, age: 0, life: next(MOST_LIFE) };
    this.#entities.push(entity);
    return entity;
  }

  move(): number {
    const entities = this.#entities;
    for (let index = 0; index < entities.length; index++) {
      const entity = entities[index]!;
      entity.x += entity.vx;
      entity.y += entity.vy;
      entity.age++;
      entity.life--;
    }
    const before = entities.length;
    for (let index = before - 1; index >= 0; index--) {
      if (entities[index]!.life > 0) continue;
      const last = entities.pop()!;
      if (index < entities.length) entities[index] = last;
    }
    return before - entities.length;
  }

  positionOf(entity: Entity): number {
    return entity.life > 0 ? entity.x : -1;
  }

  sums(): readonly [number, number, number] {
    let [positions, expected] = [0, 0];
    for (const { x, y, vx, vy, age } of this.#entities) {
      positions += x + y;
      expected += (vx + vy) * age;
    }
    return [this.#entities.length, positions, expected];
  }
}

const ROOM = ENTITIES * 1.25;
const COLUMNS = { x: f64, y: f64, vx: f64, vy: f64, age: f64, life: f64 } as const;
type Column = Float64Array;

function moveColumns(x: Column, y: Column, vx: Column, vy: Column, age: Column, life: Column, size: number): void {
  for (let index = 0; index < size; index++) {
    x[index] = x[index]! + vx[index]!;
    y[index] = y[index]! + vy[index]!;
    age[index] = age[index]! + 1;
    life[index] = life[index]! - 1;
  }
}

function sumColumns(x: Column, y: Column, vx: Column, vy: Column, age: Column, size: number): [number, number, number] {
  let [positions, expected] = [0, 0];
  for (let index = 0; index < size; index++) {
    positions += x[index]! + y[index]!;
    expected += (vx[index]! + vy[index]!) * age[index]!;
  }
  return [size, positions, expected];
}

/** Handles are a slot and how often it was given: as much as a program needs that refers to what may have died. */
class TypedArrays implements World<number> {
  #x = new Float64Array(ROOM);
  #y = new Float64Array(ROOM);
  #vx = new Float64Array(ROOM);
  #vy = new Float64Array(ROOM);
  #age = new Float64Array(ROOM);
  #life = new Float64Array(ROOM);
  #slotOf = new Uint32Array(ROOM);
  #indexOf = new Uint32Array(ROOM);
  #given = new Uint32Array(ROOM);
  #free = new Uint32Array(ROOM);
  #freed = 0;
  #slots = 0;
  #size = 0;

  spawn(): number {
    const index = this.#size++;
    const slot = this.#freed > 0 ? this.#free[--this.#freed]! : this.#slots++;
    this.#x[index] = this.#y[index] = this.#age[index] = 0;
    this.#vx[index] = next(9) / 2;
    this.#vy[index] = next(9) / 2;
    this.#life[index] = next(MOST_LIFE);
    this.#slotOf[index] = slot;
    this.#indexOf[slot] = index;
    return this.#given[slot]! * 2 ** 20 + slot;
  }

  move(): number {
    const size = this.#size;
    moveColumns(this.#x, this.#y, this.#vx, this.#vy, this.#age, this.#life, size);
    const life = this.#life;
    for (let index = size - 1; index >= 0; index--) if (!(life[index]! > 0)) this.#delete(index);
    return size - this.#size;
  }

  #delete(index: number): void {
    const slot = this.#slotOf[index]!;
    this.#given[slot]!++;
    this.#free[this.#freed++] = slot;
    const last = --this.#size;
    this.#x[index] = this.#x[last]!;
    this.#y[index] = this.#y[last]!;
    this.#vx[index] = this.#vx[last]!;
    this.#vy[index] = this.#vy[last]!;
    this.#age[index] = this.#age[last]!;
    this.#life[index] = this.#life[last]!;
    const moved = this.#slotOf[last]!;
    this.#slotOf[index] = moved;
    this.#indexOf[moved] = index;
  }

  positionOf(handle: number): number {
    const slot = handle % 2 ** 20;
    return this.#given[slot]! === Math.floor(handle / 2 ** 20) ? this.#x[this.#indexOf[slot]!]! : -1;
  }

  sums(): readonly [number, number, number] {
    return sumColumns(this.#x, this.#y, this.#vx, this.#vy, this.#age, this.#size);
  }
}

class Ours implements World<number> {
  readonly #entities = new SoaSlotMap(COLUMNS, { allocator: new Heap({ name: "bench" }), capacity: ROOM });
  #x: Column = new Float64Array(0);

  spawn(): number {
    return this.#entities.add({ x: 0, y: 0, vx: next(9) / 2, vy: next(9) / 2, age: 0, life: next(MOST_LIFE) });
  }

  move(): number {
    const entities = this.#entities;
    const { size } = entities;
    const x = this.#x = entities.column("x");
    const [y, life] = [entities.column("y"), entities.column("life")];
    moveColumns(x, y, entities.column("vx"), entities.column("vy"), entities.column("age"), life, size);
    for (let index = size - 1; index >= 0; index--) {
      if (!(life[index]! > 0)) entities.delete(entities.handleAt(index));
    }
    return size - entities.size;
  }

  positionOf(handle: number): number {
    const index = this.#entities.indexOf(handle);
    return index < 0 ? -1 : this.#x[index]!;
  }

  sums(): readonly [number, number, number] {
    const e = this.#entities;
    return sumColumns(e.column("x"), e.column("y"), e.column("vx"), e.column("vy"), e.column("age"), e.size);
  }
}

function play<R>(world: World<R>): void {
  const watched: R[] = [];
  for (let entity = 0; entity < ENTITIES; entity++) {
    const reference = world.spawn();
    if (entity % 20 === 0) watched.push(reference);
  }
  let [born, lost, seen] = [0, 0, 0];
  const tick = (): void => {
    for (let dead = world.move(); dead > 0; dead--) {
      const reference = world.spawn();
      if (born++ % 20 === 0) watched[next(WATCHED) - 1] = reference;
    }
    for (let index = 0; index < watched.length; index++) {
      const position = world.positionOf(watched[index]!);
      if (position < 0) lost++;
      else seen += position;
    }
  };
  for (let warm = 0; warm < WARM_UP; warm++) tick();
  const times = Array.from({ length: TICKS }, () => timeOf(tick)).sort((a, b) => a - b);
  const [size, positions, expected] = world.sums();
  requireSum("the number of entities", size, ENTITIES);
  requireSum("positions", positions, expected);
  requireSum("births", born, BORN);
  requireSum("entities that were lost", lost, LOST);
  requireSum("positions that were looked up", seen, SEEN);
  print({
    tick: times[times.length >> 1]!,
    slowest: times[Math.floor(times.length * 0.99)]!,
    resident: residentBytes() / 2 ** 20,
  });
}

// What all arms come to for 200,000 entities: they die and are born in the same order.
const [BORN, LOST, SEEN] = [164_419, 1_383_273, 2_270_296_965.5];

chosen<() => void>({
  "typed arrays by hand": () => play(new TypedArrays()),
  objects: () => play(new Objects()),
  SoaSlotMap: () => play(new Ours()),
})();
