import { readStack, type StackText } from "../../ffi/runtime/stack_text.ts";
import { type AllocationSite, placeSite, siteOfStack } from "./allocation_site.ts";

/** What Bun tells of a call in a function that it has compiled anew while that was running. */
const NO_PLACE = "(unknown)";

/** Whether two stacks are of the same calls, some of which have no place in the first one. */
function isPartOf(partial: string, whole: string): boolean {
  const [lines, others] = [partial.split("\n"), whole.split("\n")];
  return lines.length === others.length && lines.every((line, index) =>
    line === others[index] ||
    line.endsWith(NO_PLACE) && others[index]!.startsWith(line.slice(0, 1 - NO_PLACE.length))
  );
}

/** The sites that were seen, each once, and no more than there is room for. */
export class SiteTable {
  readonly #sites = new Map<string, AllocationSite>();
  /** The stacks in which a call has no place; mostly none. */
  readonly #partial: string[] = [];
  readonly #most: number;
  /** What stands for all sites that found no room. */
  readonly other: AllocationSite = siteOfStack("");
  /** How often one found no room. */
  dropped = 0;

  /** Makes room for `most` sites. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many there are. */
  get size(): number {
    return this.#sites.size;
  }

  /** The site of a stack that was not asked for its text. */
  find(captured: Error): AllocationSite {
    const stack = readStack(captured);
    const known = this.#sites.get(stack.key);
    if (known !== undefined) return known;
    if (this.#sites.size >= this.#most) {
      this.dropped++;
      return this.other;
    }
    const site = this.#findAlike(stack) ?? siteOfStack(stack.read());
    this.#sites.set(stack.key, site);
    if (stack.key.includes(NO_PLACE)) this.#partial.push(stack.key);
    return site;
  }

  /** The site of the same calls, where one of the stacks lacks a place: two sites would each seem to leak less. */
  #findAlike({ key, read }: StackText): AllocationSite | undefined {
    if (key.includes(NO_PLACE)) {
      const whole = this.#sites.keys().find((other) => isPartOf(key, other));
      return whole === undefined ? undefined : this.#sites.get(whole);
    }
    const partial = this.#partial.find((other) => isPartOf(other, key));
    if (partial === undefined) return undefined;
    const site = this.#sites.get(partial)!;
    placeSite(site, read());
    return site;
  }
}
