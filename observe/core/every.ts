import { clearInterval, setInterval } from "node:timers";
import { shown } from "../../heaps/argument.ts";

/** A stretch of time: milliseconds, or a number with `ms`, `s`, `m` or `h` behind it, as in `"10s"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h"}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest time that timers can wait. */
const LONGEST = 2 ** 31 - 1;

/** The milliseconds of a duration; throws `RangeError` for what is none, and for less than 1 or more than 24 days. */
export function millisecondsOf(duration: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(duration));
  const milliseconds = typeof duration === "number"
    ? duration
    : match === null
    ? NaN
    : Number(match[1]) * UNITS[match[2]!]!;
  if (milliseconds >= 1 && milliseconds <= LONGEST) return milliseconds;
  throw new RangeError(
    `Cannot wait ${
      shown(duration)
    }: expected milliseconds from 1 to ${LONGEST}, or a text such as "10s", "500ms" or "1m"`,
  );
}

/** Calls `task` again and again, without keeping the process alive, until what this returns is disposed of. */
export function repeat(task: () => void, milliseconds: number): Disposable {
  const timer = setInterval(task, milliseconds);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
