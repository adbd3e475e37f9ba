import { writeSync } from "node:fs";

const { gc } = globalThis as { gc?: () => void };

/** Marks a place in what the runtime tells of its collector. */
export function mark(): void {
  if (gc === undefined) writeSync(2, "=== mark\n");
  else gc();
}

/** Writes a line where the runtime does not tell of its collector: V8 writes parts of lines there, as its buffer fills. */
export function tell(line: string): void {
  writeSync(gc === undefined ? 1 : 2, `${line}\n`);
}

/** Keeps the collector busy for a while. */
export function makeGarbage(objects: number): number {
  let last = { value: 0, list: [0] };
  for (let i = 0; i < objects; i++) last = { value: last.value + i, list: [i, last.list.length] };
  return last.value;
}
