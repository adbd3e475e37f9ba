import type { AnyView } from "../../heaps/allocator.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import type { HandedBlock } from "../../heaps/core/handed_block.ts";
import { HandedHeap } from "../../heaps/core/handed_heap.ts";
import { Heap } from "../../heaps/heap/heap.ts";
import { handOver, takeOver } from "../core/handed_view.ts";
import { heapToHand } from "../core/heap_to_hand.ts";
import { checksumFor } from "./_contents.ts";
import { outboxOf } from "./_outbox.ts";
import { type Piece, pieceOf } from "./_piece.ts";
import {
  type HandedContents,
  type HandedHeapContents,
  type Message,
  type Port,
  type Sendable,
  WHOLE,
} from "./message.ts";
import { SendError } from "./send_error.ts";

/** A block that has left its heap. */
interface Gone {
  readonly handed: HandedBlock;
  readonly store: BlockStore;
  /** The place of that heap when the block lies in it, so that it comes home again; else 0. */
  readonly place: number;
}

/** A piece of the value, and what of it has left its heaps. */
interface Leaving {
  readonly name: string;
  readonly piece: Piece;
  /** By the order of its views. */
  readonly gone: (Gone | undefined)[];
}

/** A heap of the value, and what stands for it once it has left this thread. */
interface LeavingHeap {
  readonly name: string;
  readonly heap: Heap;
  readonly store: BlockStore;
  gone: HandedHeap | undefined;
}

/** All that is handed over of a value. */
interface Departure {
  readonly pieces: readonly Leaving[];
  readonly heaps: readonly LeavingHeap[];
  /** Whether the value is one of them. */
  readonly isWhole: boolean;
}

/**
 * Posts `value` to `port`, a Worker for example, and hands its memory over: nothing of it is copied, whatever its size.
 * `value` is a view that a heap handed out, a container in a heap, a struct of `Struct.create()`, or an object of which
 * every property that is a view or a container is such a one; its other properties are copied as `postMessage()` does it.
 * The views have length 0 and the containers are closed from then on, and the blocks count for no heap of this thread;
 * `receive()` on the other side puts them into one of its own.
 *
 * A whole `Heap` can be sent too, from 3.3 on: here it is closed and all of its views have length 0, there it has the same
 * name, limit and figures. What of it the receiver is to use goes in the same message, and lies in the heap there; the
 * rest is freed with it. It takes some time for each live block, as `destroy()` does.
 *
 * Every container can be sent, unless it uses a function of this thread: `compare`, `priority`, `onEvict`, or a load in
 * `getOrFetch()`. The time depends on the number of their blocks alone, which is 15 at most beside a SoaVector; but an
 * `incremental` map that is about to grow is done with that first.
 *
 * It takes some microseconds, most of them in `postMessage()`. What nobody receives is freed as `takeBack()` says.
 *
 * Throws `TypeError`, and changes nothing, for a view that no heap handed out, that was freed or is a part of a block
 * (copy it into a heap: `heap.bytes(view)`), for a container that uses a function, for structs with references, for what has
 * to be disposed of on this thread (a pool, an arena, a channel), and for a value
 * without any of these; `ClosedError` for a closed container; `UnsupportedError` for a block of a heap in an
 * arena on 2.x, and of any heap but the main one from 3.2.6 to 3.2.8; {@linkcode SendError} when the runtime's own input
 * or output uses a view, or when `postMessage()` refuses the rest: its `value` has everything again, in new views. A heap
 * is refused before 3.3 (`UnsupportedError`), and so is one with blocks that are not in the message in a build with guard
 * pages; with a `TypeError` the main heap, one of a class of its own, in an arena or a sub-process, and one with a buffer
 * that was moved away, with blocks that came from other heaps, or that a profiler watches; with an `Error` one of which a
 * promise holds a view.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { type Message, receive, send } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "frames" });
 * const pixels = heap.allocate(Uint8Array, 2 ** 20).fill(7);
 * const { port1, port2 } = new MessageChannel(); // port1 here, port2 in a Worker
 * send(port1, { frame: 12, pixels });
 * assert.deepEqual([pixels.length, heap.liveBytes], [0, 0]);
 *
 * const { data } = await new Promise<MessageEvent<Message<{ frame: number; pixels: Uint8Array<ArrayBuffer> }>>>((resolve) => {
 *   port2.onmessage = resolve;
 * });
 * using theirs = new Heap({ name: "frames of the Worker" });
 * const { frame, pixels: received } = receive(data, theirs);
 * assert.deepEqual([frame, received.length, received[0]], [12, 2 ** 20, 7]);
 * theirs.free(received);
 * port1.close();
 * ```
 */
export function send<T extends Sendable>(port: Port, value: T): void {
  if (typeof port?.postMessage !== "function") refuseArgument(port, "send", "a Worker or MessagePort");
  const departure = departureOf(value);
  const { pieces, heaps } = departure;
  try {
    for (const each of pieces) leave(each);
    for (const each of heaps) leaveHeap(each);
    port.postMessage(messageOf(value, departure));
  } catch (cause) {
    // First, because the views of the message may lie in them.
    for (const { gone, store } of heaps) if (gone?.giveBackTo(store) === false) store.part();
    throw new SendError(`Cannot send: ${cause instanceof Error ? cause.message : cause}`, {
      value: valueAgain(value, departure),
      cause,
    });
  }
  for (const { store } of heaps) store.part();
  for (const { piece } of pieces) piece.end();
  const blocks = pieces.flatMap(({ gone }) => gone.flatMap((each) => each?.handed ?? []));
  outboxOf(port).add([...blocks, ...heaps.map(({ gone }) => gone!)]);
}

/** What is handed over of a value, by the names of its properties; throws unless all of that can be. */
function departureOf(value: Sendable): Departure {
  if (typeof value !== "object" || value === null) {
    refuseArgument(value, "send", "a view, a container, a heap, or an object with some");
  }
  const whole = value instanceof Heap ? undefined : pieceOf(value);
  const isWhole = whole !== undefined || value instanceof Heap;
  const named: [name: string, part: unknown][] = isWhole ? [[WHOLE, value]] : Object.entries(value);
  const pieces: Leaving[] = [];
  const heaps: [name: string, heap: Heap][] = [];
  for (const [name, part] of named) {
    if (part instanceof Heap) {
      heaps.push([name, part]);
      continue;
    }
    const piece = whole ?? pieceOf(part);
    if (piece !== undefined) pieces.push({ name, piece, gone: [] });
  }
  if (pieces.length + heaps.length === 0) {
    throw new TypeError("Cannot send this value: it has no view, container or heap, postMessage() copies it as well");
  }
  const blocks = pieces.flatMap(({ piece: { views } }) => views.flatMap((view) => view?.block ?? []));
  const sent = new Set(blocks);
  if (sent.size < blocks.length || new Set(heaps.map(([, heap]) => heap)).size < heaps.length) {
    throw new TypeError("Cannot send this value: it has the same memory twice");
  }
  const leaving = heaps.map(([name, heap]) => ({ name, heap, store: heapToHand(heap, sent), gone: undefined }));
  return { pieces, heaps: leaving, isWhole };
}

function leaveHeap(leaving: LeavingHeap): void {
  leaving.gone = HandedHeap.give(leaving.store, "send a heap");
  if (leaving.gone === undefined) throw new Error("input or output of the runtime uses a view, await it first");
}

function leave({ piece, gone }: Leaving): void {
  const { contents, views } = piece;
  // The keys come from the blocks; the checksum needs to know which of them there will be.
  const described = contents && { ...contents, keys: views.map((view) => view === undefined ? null : "") };
  views.forEach((view, index) => {
    if (view === undefined) return void gone.push(undefined);
    const { store, extras } = view.block;
    const isHome = extras?.guest === undefined;
    const handed = handOver(view, described === undefined ? 0 : checksumFor(described, index));
    if (handed === undefined) throw new Error("input or output of the runtime uses a view, await it first");
    gone.push({ handed, store, place: isHome ? handed.place : 0 });
  });
}

function messageOf(value: Sendable, { pieces, heaps, isWhole }: Departure): Message<unknown> {
  const handedOver: Record<string, string> = {};
  const contents: Record<string, HandedContents> = {};
  const given: Record<string, HandedHeapContents> = {};
  for (const { name, piece, gone } of pieces) {
    const keys = gone.map((each) => each?.handed.key ?? null);
    if (piece.contents === undefined) define(handedOver, name, keys[0]!);
    else define(contents, name, { ...piece.contents, keys });
  }
  for (const { name, heap, gone } of heaps) define(given, name, { name: heap.name, key: gone!.key });
  if (isWhole) return { handedOver, contents, heaps: given, copied: undefined };
  const names = new Set([...pieces, ...heaps].map(({ name }) => name));
  const copied = Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
  return { handedOver, contents, heaps: given, copied };
}

/** Also under names that mean something to objects. */
function define<V>(record: Record<string, V>, name: string, value: V): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The value with everything that has left its heaps in them again. */
function valueAgain(value: Sendable, { pieces, isWhole }: Departure): unknown {
  const again = pieces.filter(({ gone }) => gone.length > 0).map(({ name, piece, gone }) => {
    // Those that did not come to it are as they were.
    const views = piece.views.map((view, index): AnyView | undefined => {
      const each = gone[index];
      return each === undefined ? view?.view : takeOver(each.handed, each.store, each.place);
    });
    return [name, piece.again(views)] as const;
  });
  if (isWhole) return again[0]?.[1] ?? value;
  return { ...value, ...Object.fromEntries(again) };
}
