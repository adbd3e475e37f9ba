import { Heap } from "../../../heaps/heap/heap.ts";
import type { Message, Port } from "../../../threads/handover/message.ts";
import { receive } from "../../../threads/handover/receive.ts";
import { send } from "../../../threads/handover/send.ts";
import { type Delivery, type Exchange, type Memory, type Note, PLACE_BYTES, refuseOverwritten } from "./memory.ts";

type View = Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A place of the table: whether a thread is at it, how long its text is, and the text. */
const place = { busy: 0, length: 1, text: 8 } as const;

/** A process has room for 131,072 things that are on their way or have been received; some batches are being freed. */
const MOST_ON_THE_WAY = 98_304;

/**
 * Views of a heap, which `send()` hands over. What is in a place that all threads see is the message of a block, as text:
 * that is plain data, and good for the one who takes it from there.
 */
export function viewMemory(): Memory<View> {
  const heap = new Heap({ name: "workload" });
  let posted: unknown;
  const mailbox: Port = { postMessage: (message) => posted = message };
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  return {
    mostOnTheWay: MOST_ON_THE_WAY,
    ends(byteLength: number): View {
      const view = heap.allocate(Uint8Array, byteLength);
      view[0] = byteLength;
      view[byteLength - 1] = byteLength;
      return view;
    },
    filled: (byteLength: number, value: number): View => heap.allocate(Uint8Array, byteLength).fill(value),
    free(view: View): number {
      const first = view[0]!;
      heap.free(view);
      return first;
    },
    words(count: number): View {
      const view = heap.allocate(Float64Array, count);
      for (let index = 0; index < count; index++) view[index] = count - index;
      return view;
    },
    freeWords(view: View): number {
      const count = view.length;
      for (let index = 0; index < count; index++) {
        if (view[index] !== count - index) refuseOverwritten();
      }
      heap.free(view);
      return count;
    },
    send: (port: Port, blocks: readonly View[], note: Note): void => send(port, { ...blocks, note }),
    receive(message: unknown): Delivery<View> {
      const { note, ...blocks } = receive(message as Message<Record<number, View> & { note: Note }>, heap);
      return { blocks: Object.values(blocks), note };
    },
    note: (message: unknown): Note => (message as Message<unknown>).copied!["note"] as Note,
    at(table: SharedArrayBuffer): Exchange<View> {
      const words = new Int32Array(table);
      const bytes = new Uint8Array(table);
      return (index, view): View | undefined => {
        posted = undefined;
        if (view !== undefined) send(mailbox, view);
        const text = encoder.encode(posted === undefined ? "" : JSON.stringify(posted));
        const busy = index * PLACE_BYTES / 4 + place.busy;
        const length = index * PLACE_BYTES / 4 + place.length;
        const begin = index * PLACE_BYTES + place.text;
        while (Atomics.compareExchange(words, busy, 0, 1) !== 0) Atomics.wait(words, busy, 1, 1);
        const found = bytes.slice(begin, begin + words[length]!);
        words[length] = text.length;
        bytes.set(text, begin);
        Atomics.store(words, busy, 0);
        Atomics.notify(words, busy);
        return found.length === 0 ? undefined : receive(JSON.parse(decoder.decode(found)) as Message<View>, heap);
      };
    },
    close: (): void => heap.close(),
  };
}
