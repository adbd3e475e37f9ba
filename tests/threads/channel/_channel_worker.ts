import { parentPort, workerData } from "node:worker_threads";
import { SharedMemory } from "../../../heaps/core/shared_memory.ts";
import type { Slots } from "../../../threads/channel/_slots.ts";
import { Queue } from "../../../threads/channel/_queue.ts";
import { Channel, type ChannelTicket, nameThread } from "../../../threads/mod.ts";
import { Item } from "./_channel_values.ts";

/** What the Worker is to do with the channel. */
export interface Given {
  readonly ticket: ChannelTicket;
  readonly todo: "send" | "receive" | "claim" | "attach";
  readonly sender?: number;
  readonly count?: number;
  readonly seed?: number;
  readonly close?: boolean;
}

const { ticket, todo, sender = 0, count = 0, seed = 0, close = false } = workerData as Given;
nameThread(`worker ${sender}`);
const port = parentPort!;

/** A generator of numbers from 0 to before 2^32. */
function numbersFrom(start: number): () => number {
  let state = start >>> 0;
  return () => state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
}

function sendAll(channel: Channel<unknown, { sender: number; index: number; value: number }>): void {
  const next = numbersFrom(seed + sender);
  for (let index = 0; index < count; index++) {
    const item = { sender, index, value: index / 2 };
    const way = next() % 4;
    if (way > 0 || !channel.trySend(item)) channel.send(item);
    // Others get in between.
    for (let pause = next() % 50; pause > 0; pause--) next();
  }
  if (close) channel.close();
  channel.dispose();
  port.postMessage("sent");
}

function receiveAll(channel: Channel<{ index: number }, unknown>): void {
  const indexes: number[] = [];
  while (!channel.ended) {
    const item = channel.receive();
    if (item !== undefined) indexes.push(item.index);
  }
  channel.dispose();
  port.postMessage(indexes);
}

/** Claims a slot and writes nothing into it, as a Worker does that is killed in between. */
function claim(): void {
  const memory = SharedMemory.join("test", "channel", ticket.key);
  const halting = {
    prepare(): void {},
    put(): void {
      throw new Error("killed");
    },
    get(): void {},
  } as unknown as Slots<unknown, unknown>;
  const queue = new Queue(new Int32Array(ticket.words), halting, memory.fact(0), memory.member);
  try {
    queue.add();
  } catch {
    port.postMessage("claimed");
  }
}

try {
  if (todo === "send") sendAll(Channel.attach(ticket, Item));
  if (todo === "claim") claim();
  if (todo === "attach") {
    Channel.attach(ticket, Item).tryReceive();
    port.postMessage("attached");
  }
  if (todo === "receive") receiveAll(Channel.attach(ticket, Item));
} catch (error) {
  port.postMessage((error as Error).name);
}
// Until it is terminated.
port.on("message", () => {});
