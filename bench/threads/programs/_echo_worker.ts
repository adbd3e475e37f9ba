// Gives back whatever it is handed, in the way it came.
import { Heap } from "../../../heaps/heap/heap.ts";
import { receive } from "../../../threads/handover/receive.ts";
import { send } from "../../../threads/handover/send.ts";
import type { Message } from "../../../threads/handover/message.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const heap = new Heap({ name: "echo" });

const here = globalThis as unknown as {
  onmessage: (event: MessageEvent<unknown>) => void;
  postMessage(message: unknown, transferred?: ArrayBuffer[]): void;
};

const answers: Readonly<Record<string, (message: unknown) => void>> = {
  send: (message) => send(here, received(message as Message<Bytes>)),
  "postMessage, copy": (message) => here.postMessage(touched(message as Bytes)),
  "transfer list": (message) => here.postMessage(message, [touched(message as Bytes).buffer]),
  SharedArrayBuffer: (message) => here.postMessage(touched(message as Bytes)),
};

function touched(bytes: Bytes): Bytes {
  bytes[0]! += 1;
  return bytes;
}

function received(message: Message<Bytes>): Bytes {
  return touched(receive(message, heap));
}

// The first message says which arm it is.
here.onmessage = ({ data: arm }): void => {
  const answer = answers[arm as string]!;
  here.onmessage = ({ data }): void => answer(data);
  here.postMessage("ready");
};
