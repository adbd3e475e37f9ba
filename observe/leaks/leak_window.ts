import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { describeHeld } from "./_growth.ts";
import type { Held } from "./_held.ts";
import type { Holdings } from "./_holdings.ts";
import type { Reported } from "./_reported.ts";
import type { Leak } from "./leak.ts";

/** Opens a window; not part of the public interface. */
export let openWindow: (holdings: Holdings, reported: Reported) => LeakWindow;

/**
 * A stretch of a program that should leave nothing behind: what is allocated in it and live at its end is reported.
 * {@linkcode LeakDetector.window} opens one, `using` or {@linkcode LeakWindow.end} end it.
 */
export class LeakWindow implements Disposable {
  readonly #holdings: Holdings;
  readonly #reported: Reported;
  readonly #begin: number;
  readonly #before: ReadonlySet<Held>;
  #left: readonly Leak[] | undefined;

  static {
    openWindow = (holdings, reported) => new LeakWindow(PRIVATE, holdings, reported);
  }

  private constructor(key: typeof PRIVATE, holdings: Holdings, reported: Reported) {
    requirePrivate(key, "LeakWindow", "LeakDetector.window() opens windows");
    this.#holdings = holdings;
    this.#reported = reported;
    this.#begin = holdings.ticks;
    this.#before = new Set(holdings.all());
  }

  /** What was allocated in the window and is live, site by site; after its end, what was live then. */
  leaks(): readonly Leak[] {
    if (this.#left !== undefined) return this.#left;
    const now = performance.now();
    const bySite = Map.groupBy(this.#held(), ({ life }) => life!);
    return [...bySite].map(([life, held]): Leak => ({ reason: "window", ...describeHeld(life, held, now) }))
      .sort((a, b) => b.bytes - a.bytes);
  }

  #held(): Held[] {
    return this.#holdings.all().filter((held) => held.tick >= this.#begin && !this.#before.has(held));
  }

  /** Ends the window, reports what it leaves behind and returns that. The second call returns the same. */
  end(): readonly Leak[] {
    if (this.#left !== undefined) return this.#left;
    const left = this.leaks();
    this.#reported.addHeld("window", this.#held());
    return this.#left = left;
  }

  /** The same as {@linkcode LeakWindow.end}. */
  [Symbol.dispose](): void {
    this.end();
  }
}
