import process from "node:process";
import { parentPort } from "node:worker_threads";
import { Heap, mainHeap, ScopePool, Subprocess } from "../../../mod.ts";
import { type Message, receive, send } from "../../../threads/mod.ts";

/** What a plug-in can be told to do. */
export interface Order {
  readonly todo: "allocate" | "fill" | "leave" | "spin" | "churn" | "throw" | "exit" | "send" | "receive" | "pools";
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

function obey({ todo, bytes = 1000, message }: Order): unknown {
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
  }
}

parentPort!.on("message", (order: Order) => {
  const answer = obey(order);
  if (answer !== undefined) parentPort!.postMessage(answer);
});
