/** Throws `TypeError` that `action`, a verb that ends in a preposition, cannot be done with `value`, and why. */
export function refuseArgument(value: unknown, action: string, reason: string): never {
  throw new TypeError(`Cannot ${action} ${value === null ? "null" : typeof value}: it is no ${reason}`);
}

/** `value`, when it is an object; JavaScript programs pass null and forget arguments. */
export function requireObject<T extends object>(value: T, action: string): T {
  if (typeof value === "object" && value !== null) return value;
  refuseArgument(value, action, "object");
}
