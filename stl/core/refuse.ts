/** What messages show of a value that was not expected. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Throws `TypeError` when what the caller wants to do something with is not a function. */
export function requireFunction(action: string, value: unknown): void {
  if (typeof value !== "function") {
    throw new TypeError(`Cannot ${action} this: expected a function, got ${shown(value)}`);
  }
}

/** Throws for a value whose getters change the container that is about to store it. */
export function refuseNested(label: string): never {
  throw new Error(`Cannot change a ${label}: it is storing a value, a getter of which does this`);
}

/** Throws because a function that was to return the new value of an entry returned none. */
export function refuseNothing(label: string): never {
  throw new TypeError(`Cannot update a ${label}: the function has returned undefined, not the new value`);
}

/** Throws because a container that is walked over has become longer or shorter. */
export function refuseChange(action: string, label: string): never {
  throw new Error(`Cannot ${action} a ${label}: its length has changed meanwhile`);
}

/** Throws because values have no accessors to walk over. */
export function refuseCursor(label: string, kind: string): never {
  throw new TypeError(`Cannot walk over a ${label} by a cursor: its values are ${kind}, values() has them`);
}

/** Throws because a container that lies over bytes is only for reading. */
export function refuseWrite(label: string): never {
  throw new TypeError(
    `Cannot change a ${label} that lies over bytes: it is only for reading, ${label}.fromBytes() makes one that can change`,
  );
}

/** Throws because the order of what is iterated over has changed. */
export function refuseOrder(label: string): never {
  throw new Error(
    `Cannot go on iterating over a ${label}: an entry was added or deleted, or all have moved or gone; collect first what is to change`,
  );
}
