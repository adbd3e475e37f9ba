/** A count of one thing at a moment. */
interface Count {
  readonly id: number;
  readonly label: string;
  readonly value: number | null;
}

/** Sums of counts by their label that never fall: what was counted of a thing that is gone stays in them. */
export class KeptTotals {
  readonly #seen = new Map<number, { readonly label: string; readonly value: number }>();
  readonly #gone = new Map<string, number>();

  /** The sums, where `counts` is all that there is now. */
  update(counts: readonly Count[]): ReadonlyMap<string, number> {
    const present = new Map(counts.flatMap(({ id, label, value }) => value === null ? [] : [[id, { label, value }]]));
    for (const [id, { label, value }] of this.#seen) {
      // One that is smaller than before has begun anew.
      if ((present.get(id)?.value ?? -1) >= value) continue;
      this.#gone.set(label, (this.#gone.get(label) ?? 0) + value);
      this.#seen.delete(id);
    }
    const sums = new Map(this.#gone);
    for (const [id, count] of present) {
      this.#seen.set(id, count);
      sums.set(count.label, (sums.get(count.label) ?? 0) + count.value);
    }
    return sums;
  }
}
