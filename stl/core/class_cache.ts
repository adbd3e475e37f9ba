/** The class for each key, value and mode, made once: two of the same would share no compiled code. */
export class ClassCache<C> {
  readonly #classes = new WeakMap<object, WeakMap<object, C[]>>();

  /** The class that `make` made for these, or makes now. */
  of(key: object, value: object, mode: 0 | 1, make: () => C): C {
    let ofKey = this.#classes.get(key);
    if (ofKey === undefined) this.#classes.set(key, ofKey = new WeakMap());
    let made = ofKey.get(value);
    if (made === undefined) ofKey.set(value, made = []);
    return made[mode] ??= make();
  }
}
