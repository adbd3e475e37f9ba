import type { Heap } from "@mimalloc/ffi";
import { anyBytes, anyText, f64, HashMap, struct, u32, Vector } from "@mimalloc/ffi/stl";
import {
  Channel,
  type ChannelTicket,
  type Message,
  receive,
  send,
  SharedView,
  type SharedViewTicket,
} from "@mimalloc/ffi/threads";
import { expectAssignable, expectError, expectType } from "tsd";

declare const port: MessagePort;
declare const heap: Heap;
declare const ticket: ChannelTicket;
declare const viewTicket: SharedViewTicket;

// A message is what was sent.
declare const message: Message<{ id: number; pixels: Uint8Array<ArrayBuffer> }>;
expectType<{ id: number; pixels: Uint8Array<ArrayBuffer> }>(receive(message));
expectType<void>(send(port, { id: 4, pixels: new Uint8Array(4) }));
expectError(send(port, 4));
expectError(send({}, new Uint8Array(4)));
expectError(receive({ id: 4 }));

// Messages of a channel are of its kind.
const Sample = struct({ sensor: u32, value: f64 });
const samples = new Channel(Sample, { capacity: 16 });
expectType<boolean>(samples.trySend({ sensor: 1, value: 2 }));
expectType<{ sensor: number; value: number } | undefined>(samples.tryReceive());
expectType<{ sensor: number; value: number } | undefined>(samples.receive({ timeout: 5 }));
expectType<Promise<{ sensor: number; value: number } | undefined>>(samples.receiveAsync());
expectType<ChannelTicket>(samples.share());
expectAssignable<Disposable>(samples);
expectAssignable<Iterable<{ sensor: number }>>(samples);
expectAssignable<AsyncIterable<{ sensor: number }>>(samples);
expectError(samples.trySend({ sensor: 1 }));
expectError(samples.trySend("text"));
expectError(samples.receive(5));
expectError(new Channel(Sample, {}));
expectError(new Channel(Sample));
expectError(new Channel("u32", { capacity: 16 }));
expectError(new Channel(Vector, { capacity: 16 }));

// Texts and bytes of any length are kinds too.
const texts = new Channel(anyText, { capacity: 16, messageBytes: 100 });
expectType<Channel<string, string>>(texts);
expectType<string | undefined>(texts.tryReceive());
expectError(texts.trySend(5));
expectType<Channel<Uint8Array, Uint8Array>>(Channel.attach(ticket, anyBytes));
expectType<number | undefined>(Channel.attach(ticket, u32).tryReceive());
expectError(Channel.attach("key", u32));

// What was sent is made by the receiver.
declare const index: Message<{ version: number; names: HashMap<string, number> }>;
const received = receive(index, heap, { names: (options) => new HashMap(anyText, u32, options) });
expectType<{ version: number; names: HashMap<string, number> }>(received);
expectError(receive(index, heap, { names: (options) => new HashMap(u32, u32, options) }));
expectError(receive(index, heap, { other: (options: { allocator: Heap }) => new HashMap(anyText, u32, options) }));
expectError(receive(index, heap, { names: anyText }));
const Sum = struct({ total: f64 });
expectType<void>(send(port, Sum.create(heap)));
expectType<void>(send(port, heap));
expectType<string[]>(heap.users);
expectType<Promise<boolean>>(heap.whenAlone({ timeout: 5 }));
expectError(heap.whenAlone(5));
expectType<void>(send(port, { heap, pixels: new Uint8Array(4) }));
declare const heapMessage: Message<{ heap: Heap; names: HashMap<string, number> }>;
expectType<Heap>(receive(heapMessage, undefined, { names: (options) => new HashMap(anyText, u32, options) }).heap);
expectType<void>(send(port, new HashMap(u32, u32, { allocator: heap })));

// A shared view shows its own class, or nothing.
const shared = new SharedView(Float64Array, 10, { name: "samples" });
expectType<Float64Array<ArrayBuffer> | undefined>(shared.tryBorrow());
expectType<Promise<Float64Array<ArrayBuffer> | undefined>>(shared.borrowReadingAsync({ timeout: 5 }));
expectType<Float64Array<ArrayBuffer>>(shared.view);
expectType<SharedViewTicket>(shared.share());
expectType<SharedView<Uint8ArrayConstructor>>(SharedView.attach<Uint8ArrayConstructor>(viewTicket));
expectError(SharedView.attach(ticket.name));
expectError(new SharedView(Array, 4));
expectError(shared.borrow(5));
