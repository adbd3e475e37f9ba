import type { Demand, TickMemory } from "../core/steady_memory.ts";
import { CELLS, Dice, type Game, lifeOf, placeOf, SIDE, TICK } from "./rules.ts";

/** What a steady game asks of its memory at most: five columns, and two arrays for the time of a tick. */
export function gameDemands(
  count: number,
): { readonly doubles: readonly Demand[]; readonly integers: readonly Demand[] } {
  return {
    doubles: [{ length: count, count: 4 }],
    // Cells and entities, which may be as many.
    integers: [{ length: Math.max(count, CELLS + 1), count: 3 }],
  };
}

/** The same as `PlainGame`, in columns outside of the collector's memory, without a new object in any tick. */
export class SteadyGame implements Game {
  readonly #count: number;
  readonly #dice: Dice;
  readonly #memory: TickMemory;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #dx: Float64Array;
  readonly #dy: Float64Array;
  readonly #life: Uint32Array;
  readonly #checksum: Float64Array<ArrayBuffer> = new Float64Array(1);

  constructor(count: number, seed: number, memory: TickMemory) {
    this.#count = count;
    this.#dice = new Dice(seed);
    this.#memory = memory;
    this.#x = memory.doubles(count);
    this.#y = memory.doubles(count);
    this.#dx = memory.doubles(count);
    this.#dy = memory.doubles(count);
    this.#life = memory.integers(count);
    for (let i = 0; i < count; i++) this.#begin(i);
  }

  get checksum(): number {
    return this.#checksum[0]!;
  }

  #begin(i: number): void {
    const dice = this.#dice;
    this.#x[i] = placeOf(dice.roll());
    this.#y[i] = placeOf(dice.roll());
    this.#dx[i] = placeOf(dice.roll()) - SIDE / 2;
    this.#dy[i] = placeOf(dice.roll()) - SIDE / 2;
    this.#life[i] = lifeOf(dice.roll());
  }

  play(): void {
    const starts = this.#memory.integers(CELLS + 1);
    const sorted = this.#memory.integers(this.#count);
    starts.fill(0, 0, CELLS + 1);
    this.#move(starts);
    this.#sort(starts, sorted);
    let sum = 0;
    // After sorting each start has become the end of its cell.
    for (let cell = 0, start = 0; cell < CELLS; cell++) {
      const length = starts[cell]! - start;
      sum += length * length;
      start = starts[cell]!;
    }
    this.#checksum[0] = this.#checksum[0]! + sum;
    this.#memory.freeIntegers(sorted);
    this.#memory.freeIntegers(starts);
  }

  /** Moves all, and counts those of each cell. */
  #move(counts: Uint32Array): void {
    const [x, y, dx, dy, life] = [this.#x, this.#y, this.#dx, this.#dy, this.#life];
    for (let i = 0; i < this.#count; i++) {
      life[i] = life[i]! - 1;
      if (life[i] === 0) this.#begin(i);
      x[i] = (x[i]! + dx[i]! * TICK + SIDE) % SIDE;
      y[i] = (y[i]! + dy[i]! * TICK + SIDE) % SIDE;
      const cell = Math.floor(y[i]!) * SIDE + Math.floor(x[i]!);
      counts[cell] = counts[cell]! + 1;
    }
  }

  /** Entities by cell: counts become starts, and starts ends. */
  #sort(starts: Uint32Array, sorted: Uint32Array): void {
    let start = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      const count = starts[cell]!;
      starts[cell] = start;
      start += count;
    }
    const [x, y] = [this.#x, this.#y];
    for (let i = 0; i < this.#count; i++) {
      const cell = Math.floor(y[i]!) * SIDE + Math.floor(x[i]!);
      sorted[starts[cell]!] = i;
      starts[cell] = starts[cell]! + 1;
    }
  }
}
