import { setTimeout } from "node:timers";
import type { HandedBlock } from "../../heaps/core/handed_block.ts";
import type { HandedHeap } from "../../heaps/core/handed_heap.ts";
import type { Port, TakenBack } from "./message.ts";

/** How long after a port was closed the other side may be busy before it looks at what had been sent, in milliseconds. */
const GRACE = 10_000;

/** After so many more blocks those that were received are looked for, and forgotten. */
const LEAST_LOOK = 64;

/** What was handed over by itself. */
export type HandedThing = HandedBlock | HandedHeap;

/** What was sent to one port and is not known to be received. */
export class Outbox {
  #handed: HandedThing[] = [];
  #nextLook = LEAST_LOOK;

  /** Notes what was sent just now. */
  add(handed: readonly HandedThing[]): void {
    this.#handed.push(...handed);
    if (this.#handed.length < this.#nextLook) return;
    this.#handed = this.#handed.filter(({ onTheWay }) => onTheWay);
    this.#nextLook = this.#handed.length * 2 + LEAST_LOOK;
  }

  /** Frees what nobody has received. */
  takeBack(): TakenBack {
    const taken: TakenBack = { blocks: 0, bytes: 0 };
    const left: HandedThing[] = [];
    for (const each of this.#handed) {
      const { blocks, byteLength } = each;
      if (each.takeBack()) {
        taken.blocks += blocks;
        taken.bytes += byteLength;
      } else if (each.onTheWay) left.push(each);
    }
    this.#handed = left;
    return taken;
  }

  /** Makes it one of those of this thread, until it is closed. */
  open(): void {
    outboxes.add(this);
  }

  /** Frees it after so many milliseconds, when nobody can be about to receive it. */
  close(grace: number = GRACE): void {
    setTimeout(() => {
      this.takeBack();
      outboxes.delete(this);
    }, grace).unref();
  }
}

const outboxes = new Set<Outbox>();
const byPort = new WeakMap<Port, Outbox>();

/** The outbox of a port, made at the first call. */
export function outboxOf(port: Port): Outbox {
  const known = byPort.get(port);
  if (known !== undefined) return known;
  const outbox = new Outbox();
  outbox.open();
  byPort.set(port, outbox);
  listen(port, outbox);
  return outbox;
}

/** What ports tell of their end: a Worker of `node:worker_threads` "exit", one of Bun and every MessagePort "close". */
function listen(port: Port, outbox: Outbox): void {
  const { on, addEventListener, terminate } = port as Partial<{
    on(name: string, listener: () => void): void;
    addEventListener(name: string, listener: () => void): void;
    terminate(): unknown;
  }>;
  // What was sent before a port was closed still arrives; a Worker that has ended receives nothing.
  const grace = typeof terminate === "function" ? 0 : GRACE;
  const listener = (): void => outbox.close(grace);
  if (typeof on === "function") {
    for (const name of ["exit", "close"]) on.call(port, name, listener);
  } else if (typeof addEventListener === "function") addEventListener.call(port, "close", listener);
}

/** The outboxes of this thread, or the one of `port`. */
export function outboxesOf(port: Port | undefined): Iterable<Outbox> {
  if (port === undefined) return outboxes;
  const outbox = byPort.get(port);
  return outbox === undefined ? [] : [outbox];
}
