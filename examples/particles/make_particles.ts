import type { Particle, Simulation } from "./simulation.ts";

/** Fills a simulation with `count` particles, the same ones for the same seed. */
export function makeParticles(simulation: Simulation, count: number, seed: number): void {
  let state = seed | 0;
  const random = (): number => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const particle: Particle = { x: 0, y: 0, z: 0, speedX: 0, speedY: 0, speedZ: 0, hits: 0 };
  for (let made = 0; made < count; made++) {
    particle.x = random();
    particle.y = random();
    particle.z = random();
    particle.speedX = random() - 0.5;
    particle.speedY = random() - 0.5;
    particle.speedZ = random() - 0.5;
    simulation.add(particle);
  }
}
