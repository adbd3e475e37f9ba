import process from "node:process";
import { seededRandom } from "../../scripts/generate_measurements.mjs";

/** A source of random numbers, and a message that tells how to get them again. */
export interface Seeded {
  readonly random: () => number;
  readonly message: string;
}

/** Takes SEED from the environment, or a new one. */
export function seeded(): Seeded {
  const seed = Number(process.env.SEED ?? Math.trunc(Math.random() * 2 ** 31));
  return { random: seededRandom(seed), message: `run again with SEED=${seed}` };
}

/** A whole number from 0 to `limit - 1`. */
export function below(random: () => number, limit: number): number {
  return Math.trunc(random() * limit);
}
