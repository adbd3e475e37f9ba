/** Throws `RangeError` unless `numaNode` is a node, or -1 for any. */
export function checkNumaNode(numaNode: number): void {
  if (Number.isInteger(numaNode) && numaNode >= -1 && numaNode <= 1024) return;
  throw new RangeError(`Cannot use NUMA node ${String(numaNode)}: it is a whole number from -1 (any) to 1024`);
}
