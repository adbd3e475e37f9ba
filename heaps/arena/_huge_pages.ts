import { shown } from "../argument.ts";
import { AllocationError } from "../errors.ts";
import { flushHooks } from "../hooks/hooks.ts";

/** Bytes of a huge page, on every version. */
export const HUGE_PAGE: number = 2 ** 30;

/** Throws `RangeError` when `value` is not an integer from `least` to `most`. */
export function checkInteger(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot reserve huge pages with ${shown(value)} ${what}: expected an integer from ${least} to ${most}`,
  );
}

/** Throws `RangeError` when there cannot be so many pages, or `timeout` milliseconds are none. */
export function checkHugePages(pages: number, most: number, timeout: number): void {
  checkInteger("pages", pages, 1, most);
  checkInteger("milliseconds of timeout", timeout, 0, 2 ** 32 - 1);
}

/** Throws `AllocationError` unless mimalloc's `code` says that there was at least one page. */
export function requireHugePages(pages: number, code: number): void {
  if (code === 0) return;
  flushHooks();
  throw new AllocationError(
    `Cannot reserve ${pages} huge pages of 1 GiB: the system has none to spare, or mimalloc no arena slot; on Linux ` +
      "its administrator sets them aside in /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages",
    { requested: pages * HUGE_PAGE, live: 0, limit: Infinity },
  );
}
