import { FALL, type Particle, type Simulation, STEP } from "./simulation.ts";

/** What the others are compared with: an object for each particle. */
export class Objects implements Simulation {
  readonly name: string = "array of objects";
  readonly bytes: number = 0;
  #particles: Particle[] = [];

  add({ x, y, z, speedX, speedY, speedZ, hits }: Particle): void {
    this.#particles.push({ x, y, z, speedX, speedY, speedZ, hits });
  }

  step(): void {
    for (const particle of this.#particles) {
      particle.x += particle.speedX * STEP;
      if (particle.x < 0 || particle.x > 1) {
        particle.x = particle.x < 0 ? -particle.x : 2 - particle.x;
        particle.speedX = -particle.speedX;
        particle.hits++;
      }
      particle.speedY -= FALL;
      particle.y += particle.speedY * STEP;
      if (particle.y < 0 || particle.y > 1) {
        particle.y = particle.y < 0 ? -particle.y : 2 - particle.y;
        particle.speedY = -particle.speedY;
        particle.hits++;
      }
      particle.z += particle.speedZ * STEP;
      if (particle.z < 0 || particle.z > 1) {
        particle.z = particle.z < 0 ? -particle.z : 2 - particle.z;
        particle.speedZ = -particle.speedZ;
        particle.hits++;
      }
    }
  }

  checksum(): number {
    let sum = 0;
    for (const { x, y, z, hits } of this.#particles) sum += x + 2 * y + 3 * z + hits;
    return sum;
  }

  dispose(): void {
    this.#particles = [];
  }
}
