import type { Allocator } from "../../mod.ts";
import { f64, SoaVector, u32 } from "../../stl/mod.ts";
import { FALL, type Particle, type Simulation, STEP } from "./simulation.ts";

/** A column of its own for each field: typed arrays, which the engine knows best. */
export class SoaColumns implements Simulation {
  readonly name: string = "SoaVector, columns";
  readonly #particles;

  constructor(allocator: Allocator, count: number) {
    this.#particles = new SoaVector(
      { x: f64, y: f64, z: f64, speedX: f64, speedY: f64, speedZ: f64, hits: u32 },
      { allocator },
    );
    this.#particles.reserve(count);
  }

  get bytes(): number {
    return this.#particles.bytes;
  }

  add(particle: Particle): void {
    this.#particles.push(particle);
  }

  step(): void {
    const particles = this.#particles;
    this.#move(particles.column("x"), particles.column("speedX"), 0);
    this.#move(particles.column("y"), particles.column("speedY"), FALL);
    this.#move(particles.column("z"), particles.column("speedZ"), 0);
  }

  #move(places: Float64Array, speeds: Float64Array, fall: number): void {
    const hits = this.#particles.column("hits");
    for (let index = 0; index < places.length; index++) {
      const speed = speeds[index]! - fall;
      const place = places[index]! + speed * STEP;
      if (place < 0 || place > 1) {
        places[index] = place < 0 ? -place : 2 - place;
        speeds[index] = -speed;
        hits[index]!++;
      } else {
        places[index] = place;
        speeds[index] = speed;
      }
    }
  }

  checksum(): number {
    const [xs, ys, zs] = [this.#particles.column("x"), this.#particles.column("y"), this.#particles.column("z")];
    const hits = this.#particles.column("hits");
    let sum = 0;
    for (let index = 0; index < xs.length; index++) sum += xs[index]! + 2 * ys[index]! + 3 * zs[index]! + hits[index]!;
    return sum;
  }

  dispose(): void {
    this.#particles.dispose();
  }
}
