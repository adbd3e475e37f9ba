/** Throws `TypeError` that `action`, a verb that ends in a preposition, cannot be done with `value`, and why. */
export function refuseArgument(value: unknown, action: string, reason: string): never {
  throw new TypeError(`Cannot ${action} ${value === null ? "null" : typeof value}: it is no ${reason}`);
}

/** `value`, when it is an object; JavaScript programs pass null and forget arguments. */
export function requireObject<T extends object>(value: T, action: string): T {
  if (typeof value === "object" && value !== null) return value;
  refuseArgument(value, action, "object");
}

/** Throws `RangeError` unless `numaNode` is a node, or -1 for any. */
export function checkNumaNode(numaNode: number): void {
  if (Number.isInteger(numaNode) && numaNode >= -1 && numaNode <= 1024) return;
  throw new RangeError(`Cannot use NUMA node ${String(numaNode)}: it is a whole number from -1 (any) to 1024`);
}

/** Checks a byte limit. */
export function checkedLimit(limit: number | undefined): number {
  if (limit === undefined) return Infinity;
  if (
    typeof limit === "number" && limit > 0 &&
    (limit === Infinity || Number.isSafeInteger(limit))
  ) return limit;
  throw new RangeError(
    `Cannot limit to ${limit} bytes: the limit is a whole number above 0, or Infinity`,
  );
}
