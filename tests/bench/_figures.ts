/**
 * A program for a gauge: prints figures that its arm and its parameter decide, or ends with 3. With a file to count in,
 * those of two arms double and halve from round to round.
 */
import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";

const [arm, times, file] = process.argv.slice(2);

if (file !== undefined) appendFileSync(file, `${arm}\n`);
/** The number of this round of the arm. */
const round = file === undefined ? 0 : readFileSync(file, "utf8").split("\n").filter((line) => line === arm).length;

const figures: Readonly<Record<string, unknown>> = {
  small: { time: 2 * Number(times), bytes: 10 },
  large: { time: 8 * Number(times), bytes: 30 },
  doubling: { time: 2 ** round, bytes: 10 },
  halving: { time: 2 ** (7 - round), bytes: 20 },
  none: { time: null, bytes: 40, note: "it has no time" },
};
if (arm === "broken") process.exit(3);
process.stdout.write(JSON.stringify(figures[arm!]));
