/** A program for a gauge: prints figures that its arm and its parameter decide, or ends with 3. */
import process from "node:process";

const [arm, times] = process.argv.slice(2);
const figures: Readonly<Record<string, unknown>> = {
  small: { time: 2 * Number(times), bytes: 10 },
  large: { time: 8 * Number(times), bytes: 30 },
  none: { time: null, bytes: 40, note: "it has no time" },
};
if (arm === "broken") process.exit(3);
process.stdout.write(JSON.stringify(figures[arm!]));
