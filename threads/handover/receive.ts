import { refuseArgument } from "../../heaps/argument.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { requireStackRoom } from "../../heaps/core/stack_room.ts";
import { currentSubprocess } from "../../heaps/core/subprocess_state.ts";
import { type Heap, storeOf } from "../../heaps/heap/heap.ts";
import { mainHeap } from "../../heaps/heap/main_heap.ts";
import { type Arrival, arrivalOfContents, arrivalOfView } from "./_arrival.ts";
import { foundHeap, Homes } from "./_homes.ts";
import { type Maker, type Makers, type Message, WHOLE } from "./message.ts";

/**
 * What `send()` has posted, as it was there: views over the same memory, which count for `heap` from now on and are
 * freed there. Without a heap they are freed in `mainHeap()`. In a time that does not depend on their size.
 *
 * Types belong to a thread, so for containers and structs say how an empty one is made, in `makers`: a function that makes
 * one with the options that it is given, or the struct. Their kinds have the layout of those that were sent.
 *
 * A heap that was sent is a heap of this thread from then on, and what of the message lies in it stays there, whatever
 * `heap` is: it is freed by that heap.
 *
 * The views end with the heap, as those do that it handed out itself; so choose one that lasts as long as they are used.
 *
 * Throws {@linkcode ClosedError} when the message was received or taken back before; `TypeError` for what `send()` of
 * this process did not post, without a maker and when that makes something else; `AllocationError` when the limit of the heap is hit, and `Error` when the memory lies in
 * another sub-process than the thread is in: then the message is as before, and can be received by another heap.
 *
 * @example
 * ```ts
 * import { ClosedError, Heap, mainHeap } from "@mimalloc/ffi";
 * import { type Message, receive, send } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const posted: Message<Float64Array<ArrayBuffer>>[] = [];
 * // A port that keeps what a MessagePort would carry to another thread.
 * send({ postMessage: (message) => posted.push(message as Message<Float64Array<ArrayBuffer>>) }, heap.allocate(Float64Array, 3).fill(2));
 * const numbers = receive(posted[0]!);
 * assert.deepEqual([...numbers], [2, 2, 2]);
 * assert.throws(() => receive(posted[0]!), ClosedError);
 * mainHeap().free(numbers);
 * ```
 *
 * @example A container: its type is named on both sides
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { anyText, HashMap, u32 } from "@mimalloc/ffi/stl";
 * import { type Message, receive, send } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const posted: unknown[] = [];
 * const index = new HashMap(anyText, u32, { allocator: heap });
 * index.set("apple", 4);
 * send({ postMessage: (message) => posted.push(message) }, { version: 2, index });
 * assert.ok(index.closed);
 *
 * const message = posted[0] as Message<{ version: number; index: HashMap<string, number> }>;
 * const received = receive(message, heap, { index: (options) => new HashMap(anyText, u32, options) });
 * assert.deepEqual([received.version, received.index.get("apple")], [2, 4]);
 * ```
 */
export function receive<T>(message: Message<T>, heap: Heap = mainHeap(), makers?: Makers<NoInfer<T>>): T {
  storeOf(heap).budget.requireUsable("receive");
  const { handedOver, contents, heaps, copied } = checked(message);
  const found = Object.entries(heaps).map(([name, given]) => ({ name, ...foundHeap(name, given) }));
  if (found.length > 0 && currentSubprocess().address !== 0) refuseSubprocess(0);
  requireStackRoom();
  const homes = new Homes(heap);
  const taken: [name: string, value: unknown, home: Heap][] = [];
  try {
    for (const { name, label, handed } of found) homes.add(name, label, handed);
    const arrivals = [
      ...Object.entries(handedOver).map(([name, key]) => arrivalOfView(name, key, homes)),
      ...Object.entries(contents).map(([name, each]) => arrivalOfContents(name, each, makerOf(makers, name), homes)),
    ];
    if (arrivals.length + found.length === 0) refuseArgument(message, "receive", "a message of send()");
    admit(arrivals, homes);
    for (const each of arrivals) taken.push([each.name, each.take(), each.home]);
  } catch (error) {
    // Somebody has received a part of the message at the same time.
    for (const [, value, home] of taken) giveBack(value, home);
    homes.giveBack();
    throw error;
  }
  const named = [...homes.heaps, ...taken.map(([name, value]) => [name, value] as const)];
  return (copied === undefined ? named[0]![1] : { ...copied, ...Object.fromEntries(named) }) as T;
}

function checked(message: Message<unknown>): Omit<Message<unknown>, "received"> {
  const { handedOver, contents = {}, heaps = {}, copied } = Object(message) as Partial<Message<unknown>>;
  if (![handedOver, contents, heaps].every((each) => typeof each === "object" && each !== null)) {
    refuseArgument(message, "receive", "a message of send()");
  }
  return { handedOver: handedOver!, contents, heaps, copied };
}

function makerOf(makers: unknown, name: string): Maker<unknown> | undefined {
  if (name === WHOLE || makers === undefined) return makers as Maker<unknown> | undefined;
  const named = Object(makers) as Readonly<Record<string, Maker<unknown>>>;
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

function admit(arrivals: readonly Arrival[], homes: Homes): void {
  const totals = new Map<BlockStore, number>();
  for (const handed of arrivals.flatMap(({ blocks }) => blocks)) {
    if (handed === undefined) continue;
    if (handed.subprocess !== currentSubprocess().address) refuseSubprocess(handed.subprocess);
    const { store } = homes.of(handed);
    totals.set(store, (totals.get(store) ?? 0) + handed.byteLength);
  }
  for (const [store, total] of totals) store.budget.admit(total);
}

function giveBack(value: unknown, heap: Heap): void {
  if (ArrayBuffer.isView(value)) heap.free(value as ArrayBufferView<ArrayBuffer>);
  else (value as Partial<Disposable>)[Symbol.dispose]?.();
}

function refuseSubprocess(subprocess: number): never {
  const place = subprocess === 0 ? "the main sub-process" : "another sub-process";
  throw new Error(
    `Cannot receive this message: its memory lies in ${place} and the thread is in ${currentSubprocess().label}; send ` +
      "a copy instead",
  );
}
