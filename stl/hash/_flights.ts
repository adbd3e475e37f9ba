/** Loads that have begun and not ended, by the name of their key. */
export class Flights<V> {
  readonly #flights = new Map<string, Promise<V>>();

  /** How many there are. */
  get size(): number {
    return this.#flights.size;
  }

  /**
   * What `load` gives, and `keep` makes of it unless the flight was cancelled meanwhile; of a flight that has begun
   * already when there is one of this name. A failing one ends.
   */
  join(name: string, load: () => V | PromiseLike<V>, keep: (value: V) => V): Promise<V> {
    const begun = this.#flights.get(name);
    if (begun !== undefined) return begun;
    const isKept = (): boolean => {
      const kept = this.#flights.get(name) === flight;
      if (kept) this.#flights.delete(name);
      return kept;
    };
    // One microtask later than the load began: what it does to the flights is done before.
    const flight: Promise<V> = (async () => await load())().then(
      (value) => isKept() ? keep(value) : value,
      (error) => {
        isKept();
        throw error;
      },
    );
    this.#flights.set(name, flight);
    return flight;
  }

  /** Lets the flight of a name go on for those who wait for it, and keeps nothing of it. */
  cancel(name: string): void {
    this.#flights.delete(name);
  }

  /** Cancels all. */
  cancelAll(): void {
    this.#flights.clear();
  }
}
