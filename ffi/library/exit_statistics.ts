import { atExit } from "../runtime/at_exit.ts";
import { backend } from "../runtime/backend.ts";
import { onMainThread } from "../runtime/main_thread.ts";
import type { Bindings } from "../symbols.ts";

/** The numbers of the options `show_stats` and `verbose`, on every version. */
const ASKING_OPTIONS = [1, 2];

/**
 * Prints the statistics at the end of the process when options ask for them: Bun 1.4 ends without what C has to do then,
 * which mimalloc's own print-out is a part of.
 */
export function printStatisticsAtExit(opened: Bindings): void {
  if (backend().name !== "bun" || !onMainThread()) return;
  let printed = false;
  atExit(() => {
    const { optionGet, statsPrintOut } = opened.bind("process");
    if (printed || !ASKING_OPTIONS.some((option) => Number(optionGet(option)) !== 0)) return;
    printed = true;
    statsPrintOut(null, null);
  });
}
