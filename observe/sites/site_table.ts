import { type AllocationSite, siteOfStack } from "./allocation_site.ts";

/** The sites that were seen, each once, and no more than there is room for. */
export class SiteTable {
  readonly #sites = new Map<string, AllocationSite>();
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

  /** The site of a stack. */
  find(captured: Error): AllocationSite {
    // A program may have its own idea of what a stack is.
    const stack = String(captured.stack);
    const known = this.#sites.get(stack);
    if (known !== undefined) return known;
    if (this.#sites.size >= this.#most) {
      this.dropped++;
      return this.other;
    }
    const site = siteOfStack(stack);
    this.#sites.set(stack, site);
    return site;
  }
}
