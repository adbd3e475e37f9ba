import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { f64, struct, u32 } from "../../../stl/mod.ts";
import type { Chunk } from "../../../threads/mod.ts";

/** A struct that both sides know. */
export const Point: ReturnType<typeof makePoint> = makePoint();

// deno-lint-ignore explicit-function-return-type -- it is what a struct is inferred from
function makePoint() {
  return struct({ x: f64, id: u32 });
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function addStart(values: Uint32Array, { start, argument }: Chunk<number>): void {
  for (let index = 0; index < values.length; index++) values[index]! += start + index + argument;
}

export function about(values: Uint8Array, { index, start, length }: Chunk): number[] {
  return [index, start, length, values.length, values.byteOffset];
}

export async function later(values: Uint8Array, { index }: Chunk): Promise<number> {
  // The first ones take the longest.
  await setTimeout(30 - index * 5);
  return values[0]! + index;
}

export function failAt(values: Uint8Array, { index }: Chunk): void {
  if (values[0] === 1) throw new RangeError(`chunk ${index} is wrong`);
}

export function failWithText(_values: Uint8Array): never {
  throw "no error at all";
}

export function returnFunction(_values: Uint8Array): () => void {
  return () => {};
}

export function returnView(values: Uint8Array): Uint8Array {
  return values.subarray(0, 2);
}

let kept: Uint8Array | undefined;

export function keep(values: Uint8Array): number {
  const before = kept?.length ?? -1;
  kept = values;
  return before;
}

export function move(values: Uint8Array<ArrayBuffer>): void {
  structuredClone(values, { transfer: [values.buffer] });
}

export function exit(values: Uint8Array, { index }: Chunk): void {
  if (values[0] === index) process.exit(3);
}

export function throwLater(_values: Uint8Array): Promise<void> {
  globalThis.setTimeout(() => {
    throw new Error("nobody catches this");
  }, 1);
  return new Promise(() => {});
}

export function never(_values: Uint8Array): Promise<void> {
  return new Promise(() => {});
}

export function spin(values: Uint8Array): never {
  for (;;) values[0]!++;
}

export function whoAmI(_values: Uint8Array): Promise<number> {
  return setTimeout(5, threadId);
}

export function shift(bytes: DataView<ArrayBuffer>, { length, argument }: Chunk<number>): number {
  for (let index = 0; index < length; index++) Point.at(bytes, index * Point.byteLength).x += argument;
  return Point.at(bytes).id;
}
