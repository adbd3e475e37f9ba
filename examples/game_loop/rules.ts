/** Cells of the field along one side. */
export const SIDE = 64;
/** All cells of the field. */
export const CELLS: number = SIDE * SIDE;
/** Seconds of a tick. */
export const TICK = 1 / 60;

/** What is random in the game: the same for the same seed. */
export class Dice {
  readonly #state: Int32Array = new Int32Array(1);

  constructor(seed: number) {
    this.#state[0] = seed;
  }

  /** A whole number below 2^24. */
  roll(): number {
    this.#state[0] = Math.imul(this.#state[0]!, 1664525) + 1013904223;
    return this.#state[0]! >>> 8;
  }
}

/** Ticks that an entity lives. */
export function lifeOf(roll: number): number {
  return 60 + roll % 600;
}

/** A place from 0 to `SIDE`, or a speed when half of that is taken off. */
export function placeOf(roll: number): number {
  return roll / 2 ** 24 * SIDE;
}

/** A fixed-tick game: entities move, end and begin, and are sorted into the cells of the field. */
export interface Game {
  /** Plays one tick. */
  play(): void;
  /** A number that all ticks lead to. */
  readonly checksum: number;
}
