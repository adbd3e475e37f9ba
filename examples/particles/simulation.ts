/** Particles in a box, kept in one way or another. */
export interface Simulation {
  /** What it is called in the output. */
  readonly name: string;
  /** Bytes outside of the JavaScript heap. */
  readonly bytes: number;
  /** Adds a particle at a place with a speed. */
  add(particle: Particle): void;
  /** Moves every particle. */
  step(): void;
  /** A number that all of them agree on. */
  checksum(): number;
  /** Gives the memory back. */
  dispose(): void;
}

/** Where a particle is, how fast it is, and how often it met a wall. */
export interface Particle {
  x: number;
  y: number;
  z: number;
  speedX: number;
  speedY: number;
  speedZ: number;
  hits: number;
}

/** Seconds of a step. */
export const STEP = 1 / 60;
/** What a step takes from the upward speed. */
export const FALL: number = 9.81 * STEP;
