import process from "node:process";
import { parentPort } from "node:worker_threads";
import { Heap, type HeapTicket, mainHeap, ScopePool, Subprocess } from "../../../mod.ts";
import { u32 } from "../../../stl/mod.ts";
import {
  Channel,
  type ChannelTicket,
  type Message,
  receive,
  send,
  SharedView,
  type SharedViewTicket,
} from "../../../threads/mod.ts";

/** What a plug-in can be told to do. */
export interface Order {
  readonly todo:
    | ("allocate" | "fill" | "pools")
    | ("spin" | "churn" | "throw" | "exit")
    | ("leave" | "send" | "receive" | "share" | "drop");
  readonly channel?: ChannelTicket;
  readonly view?: SharedViewTicket;
  readonly heap?: HeapTicket;
  readonly bytes?: number;
  readonly message?: Message<Uint8Array<ArrayBuffer>>;
}

const heap = new Heap({ name: "of the plug-in" });

function refusal(task: () => unknown): string {
  try {
    task();
    return "not refused";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

let channel: Channel<number> | undefined;
let view: SharedView<Uint8ArrayConstructor> | undefined;

/** What threads share lies in the main sub-process, and this thread is in another one. */
function shareAll({ channel: channelTicket, view: viewTicket, heap: ticket, message }: Order): string[] {
  return [
    refusal(() => new Channel(u32, { capacity: 16 })),
    refusal(() => new SharedView(Uint8Array, 10)),
    refusal(() => channel = Channel.attach<number>(channelTicket!, u32)),
    refusal(() => view = SharedView.attach(viewTicket!)),
    refusal(() => Heap.attach(ticket!)),
    refusal(() => receive(message!, heap)),
    refusal(() => send(parentPort!, heap)),
  ];
}

/** Uses what it has attached, and is the last one to leave it. */
function dropAll(): string {
  if (channel?.closed === false) channel.trySend(7);
  const numbers = view?.tryBorrow();
  numbers?.fill(numbers[0]! + 1);
  channel?.dispose();
  view?.dispose();
  return "dropped";
}

function obey(order: Order): unknown {
  const { todo, bytes = 1000, message } = order;
  switch (todo) {
    case "allocate":
      return heap.allocate(Uint8Array, bytes).fill(7).length;
    case "fill":
      return refusal(() => {
        for (;;) mainHeap().allocate(Uint8Array, bytes).fill(1);
      });
    case "leave":
      return [
        refusal(() => Subprocess.current.leave()),
        refusal(() => Subprocess.main.enter()),
        refusal(() => Subprocess.main.run(() => 5)),
        refusal(() => Subprocess.create().run(() => 5)),
        refusal(() => Subprocess.current.destroy()),
        Subprocess.current.run(() => 6),
      ];
    case "pools":
      new ScopePool().open().allocate(Uint8Array, 100_000);
      new ScopePool().open().allocate(Uint8Array, 100_000);
      return "made";
    case "spin":
      parentPort!.postMessage("spinning");
      for (;;);
    /* falls through */
    case "churn":
      parentPort!.postMessage("churning");
      for (;;) heap.free(heap.allocate(Uint8Array, 64));
    /* falls through */
    case "throw":
      globalThis.setTimeout(() => {
        throw new Error("the plug-in is broken");
      });
      return "soon";
    case "exit":
      globalThis.setTimeout(() => process.exit(0));
      return "soon";
    case "send":
      return void send(parentPort!, heap.allocate(Uint8Array, bytes).fill(9));
    case "receive":
      return refusal(() => receive(message!, heap));
    case "share":
      return shareAll(order);
    case "drop":
      return dropAll();
  }
}

parentPort!.on("message", (order: Order) => {
  const answer = obey(order);
  if (answer !== undefined) parentPort!.postMessage(answer);
});
