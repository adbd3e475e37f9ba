import type { Allocator } from "../../mod.ts";
import { f64, struct, type StructVector, u32, Vector } from "../../stl/mod.ts";
import { FALL, type Particle, type Simulation, STEP } from "./simulation.ts";

/** A particle as 56 bytes, laid out as a C compiler does. */
export const PARTICLE = struct(
  { x: f64, y: f64, z: f64, speedX: f64, speedY: f64, speedZ: f64, hits: u32 },
  { name: "Particle" },
);

/** One struct after the other; a cursor walks over them, so no object is made. */
export class StructCursor implements Simulation {
  readonly name: string = "vector of structs, cursor";
  readonly #particles: StructVector<typeof PARTICLE>;

  constructor(allocator: Allocator, count: number) {
    this.#particles = new Vector(PARTICLE, { allocator });
    this.#particles.reserve(count);
  }

  get bytes(): number {
    return this.#particles.bytes;
  }

  add(particle: Particle): void {
    this.#particles.push(particle);
  }

  step(): void {
    for (const particle of this.#particles.cursor()) {
      let hits = 0;
      let speed = particle.speedX;
      let place = particle.x + speed * STEP;
      if (place < 0 || place > 1) {
        place = place < 0 ? -place : 2 - place;
        particle.speedX = -speed;
        hits++;
      }
      particle.x = place;
      speed = particle.speedY - FALL;
      place = particle.y + speed * STEP;
      if (place < 0 || place > 1) {
        place = place < 0 ? -place : 2 - place;
        speed = -speed;
        hits++;
      }
      particle.y = place;
      particle.speedY = speed;
      speed = particle.speedZ;
      place = particle.z + speed * STEP;
      if (place < 0 || place > 1) {
        place = place < 0 ? -place : 2 - place;
        particle.speedZ = -speed;
        hits++;
      }
      particle.z = place;
      if (hits > 0) particle.hits += hits;
    }
  }

  checksum(): number {
    let sum = 0;
    for (const { x, y, z, hits } of this.#particles.cursor()) sum += x + 2 * y + 3 * z + hits;
    return sum;
  }

  dispose(): void {
    this.#particles.dispose();
  }
}
