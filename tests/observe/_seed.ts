import process from "node:process";

/** What begins the random numbers of a test that holds for every one; SEED gives it back. */
export const SEED: number = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What begins those of a test of what is right most of the time: the same in every run, and another with SEED. */
export const FIXED_SEED: number = Number(process.env.SEED ?? 1);
