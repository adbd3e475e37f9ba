function nothing(): void {}

/** What fills 8, 16, 24 and 32 KiB of the stack as arguments. */
const PADDINGS: readonly (readonly number[])[] = [1024, 2048, 3072, 4096].map((length) => new Array(length).fill(0));

/** How deep an end goes: that of a pool ends a heap, that of an arena ends pools, that of a sub-process ends arenas. */
export type EndDepth = 1 | 2 | 3 | 4;

/**
 * Throws the engine's `RangeError` unless the stack has room for all of what follows: an end that is made in many steps
 * must not stop between two of them. It takes about half a microsecond for a `depth` of 1.
 */
export function requireStackRoom(depth: EndDepth = 1): void {
  (nothing as (...padding: readonly number[]) => void).apply(undefined, PADDINGS[depth - 1] as number[]);
}
