import process from "node:process";

/** What begins the random numbers of a test; SEED gives it back. */
export const SEED: number = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
