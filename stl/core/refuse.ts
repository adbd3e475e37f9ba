/** Throws for an index that names no element. */
export function refuseIndex(action: string, index: unknown, label: string, length: number): never {
  if (typeof index !== "number") {
    throw new TypeError(`Cannot ${action} element ${String(index)} of a ${label}: the index is a ${typeof index}`);
  }
  throw new RangeError(`Cannot ${action} element ${index} of a ${label}: its length is ${length}`);
}

/** `count` when it is a whole number that memory can have of something; throws `RangeError` otherwise. */
export function checkedCount(action: string, count: number, label: string): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`Cannot ${action} a ${label} to ${String(count)}: it is not a whole number from 0 on`);
}

/** Throws for a value whose getters change the container that is about to store it. */
export function refuseNested(label: string): never {
  throw new Error(`Cannot change a ${label}: it is storing a value, a getter of which does this`);
}

/** Throws because the order of what is iterated over has changed. */
export function refuseOrder(label: string): never {
  throw new Error(
    `Cannot go on iterating over a ${label}: an entry was added, or all have moved or gone; collect first what is to change`,
  );
}
