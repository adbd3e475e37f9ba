import type { Allocator } from "../../mod.ts";
import { type Column, type StructVector, Vector } from "../../stl/mod.ts";
import { FALL, type Particle, type Simulation, STEP } from "./simulation.ts";
import { PARTICLE } from "./struct_cursor.ts";

/** The same structs, one field after the other: columns are strided views. */
export class StructColumns implements Simulation {
  readonly name: string = "vector of structs, columns";
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
    this.#move(this.#particles.column("x"), this.#particles.column("speedX"), 0);
    this.#move(this.#particles.column("y"), this.#particles.column("speedY"), FALL);
    this.#move(this.#particles.column("z"), this.#particles.column("speedZ"), 0);
  }

  #move(places: Column<number>, speeds: Column<number>, fall: number): void {
    const hits = this.#particles.column("hits");
    const { length } = places;
    for (let index = 0; index < length; index++) {
      const speed = speeds.get(index) - fall;
      const place = places.get(index) + speed * STEP;
      if (place < 0 || place > 1) {
        places.set(index, place < 0 ? -place : 2 - place);
        speeds.set(index, -speed);
        hits.set(index, hits.get(index) + 1);
      } else {
        places.set(index, place);
        if (fall !== 0) speeds.set(index, speed);
      }
    }
  }

  checksum(): number {
    const [xs, ys, zs] = [this.#particles.column("x"), this.#particles.column("y"), this.#particles.column("z")];
    const hits = this.#particles.column("hits");
    let sum = 0;
    for (let index = 0; index < xs.length; index++) {
      sum += xs.get(index) + 2 * ys.get(index) + 3 * zs.get(index) + hits.get(index);
    }
    return sum;
  }

  dispose(): void {
    this.#particles.dispose();
  }
}
