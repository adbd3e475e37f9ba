import assert from "node:assert/strict";
import type { AllocateOptions, AnyView, ViewConstructor } from "../../mod.ts";
import { addressOf, assertFilled, bytesOf, fill, VIEW_TYPES } from "../heaps/_support.ts";
import type { Random } from "./_random.ts";

/** What the model knows of a block. */
export interface ModelBlock {
  /** The view that stands for it. */
  view: AnyView;
  /** The number that its bytes are made from. */
  id: number;
  /** Bytes that it counts for. */
  cost: number;
  /** The alignment that was asked for, 0 for none. */
  readonly alignment: number;
  /** The byte that is aligned. */
  readonly offset: number;
}

let ids = 0;

/** A number that no block had. */
export function nextId(): number {
  return ++ids;
}

/** What an allocation asks for. */
export interface Request {
  /** The class of the view. */
  readonly type: ViewConstructor;
  /** Its elements. */
  readonly length: number;
  /** Its bytes. */
  readonly byteLength: number;
  /** Where it begins. */
  readonly options: AllocateOptions | undefined;
}

/** A request of a random class, size and alignment. */
export function randomRequest(random: Random): Request {
  const [type, elementBytes] = random.pick(VIEW_TYPES);
  const length = Math.ceil(random.byteLength() / elementBytes);
  const byteLength = length * elementBytes;
  if (!random.once(12)) return { type, length, byteLength, options: undefined };
  const alignment = 2 ** random.below(random.once(20) ? 21 : 10);
  const offset = random.once(2) ? 0 : random.below(byteLength);
  return { type, length, byteLength, options: { alignment, offset } };
}

/** Checks a new view against its request and fills it; `zeroed` says that it has to be zero. */
export function adopt(view: AnyView, request: Request, zeroed: boolean, cost: number): ModelBlock {
  const { type, byteLength, options } = request;
  assert.equal(Object.getPrototypeOf(view), type.prototype);
  assert.equal(view.byteLength, byteLength);
  const alignment = options?.alignment ?? 0;
  const offset = options?.offset ?? 0;
  if (alignment > 0) assert.equal((addressOf(view) + offset) % alignment, 0);
  if (zeroed) assert.ok(bytesOf(view).every((byte) => byte === 0), "a zeroed block is not zero");
  const block: ModelBlock = { view, id: nextId(), cost, alignment, offset };
  fill(view, block.id);
  return block;
}

/** Checks every byte of a block. */
export function verify(block: ModelBlock): void {
  assertFilled(block.view, block.id);
}

/** Asserts that a view has length 0. */
export function assertDetached(view: AnyView): void {
  assert.equal(view.buffer.byteLength, 0);
  if (!(view instanceof DataView)) assert.equal(view.byteLength, 0);
}

/** A length in elements that is another than that of `view`, and the bytes of it. */
export function randomResize(random: Random, view: AnyView): { length: number; byteLength: number } {
  const elementBytes = (view as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const near = Math.max(1, Math.round(view.byteLength * (0.5 + random.next())));
  const length = Math.ceil((random.once(3) ? random.byteLength() : near) / elementBytes);
  return { length, byteLength: length * elementBytes };
}

/** Asserts that `action` throws an error of that name. */
export function assertThrows(action: () => unknown, name: string): void {
  try {
    action();
  } catch (error) {
    assert.equal((error as Error).name, name, String((error as Error).stack));
    assert.match((error as Error).message, /^Cannot /);
    return;
  }
  assert.fail(`it did not throw ${name}`);
}
