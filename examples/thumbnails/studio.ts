import { Worker } from "node:worker_threads";
import type { Heap } from "../../mod.ts";
import { type Message, receive, send } from "../../threads/mod.ts";
import { PictureError } from "../images/picture.ts";
import type { Finished, Order, Refused } from "./messages.ts";

/** Whoever waits for a picture. */
interface Customer {
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/** One Worker and the orders that it has. */
class Bench {
  readonly #customers = new Map<number, Customer>();
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url));
  readonly #heap: Heap;

  constructor(heap: Heap, ended: (bench: Bench) => void) {
    this.#heap = heap;
    this.#worker.on("message", (message: Message<Finished> | Refused) => this.#hear(message));
    this.#worker.on("error", (error) => this.#leave(error as Error));
    this.#worker.on("exit", () => {
      this.#leave(new Error("Cannot make the picture smaller: the Worker ended"));
      ended(this);
    });
  }

  get load(): number {
    return this.#customers.size;
  }

  take(order: Order, customer: Customer): void {
    this.#customers.set(order.id, customer);
    // From here on the bytes are in no heap of this thread, and the view is empty.
    send(this.#worker, order);
  }

  end(): Promise<unknown> {
    return this.#worker.terminate();
  }

  #hear(message: Message<Finished> | Refused): void {
    const answer = "reason" in message ? message : receive(message, this.#heap);
    const customer = this.#customers.get(answer.id)!;
    this.#customers.delete(answer.id);
    if ("bytes" in answer) customer.resolve(answer.bytes);
    else customer.reject(answer.isPicture ? new Error(answer.reason) : new PictureError(answer.reason));
  }

  #leave(reason: Error): void {
    for (const { reject } of this.#customers.values()) reject(reason);
    this.#customers.clear();
  }
}

/** Workers that make pictures smaller. */
export class Studio {
  readonly #benches = new Set<Bench>();
  readonly #heap: Heap;
  #orders = 0;
  #open = true;

  /** Starts `workers` of them; the pictures come from `heap`, and go back there. */
  constructor(heap: Heap, workers: number) {
    this.#heap = heap;
    for (let index = 0; index < workers; index++) this.#add();
  }

  /** Takes the block of a picture away from its heap, and resolves to the block of a small one. */
  shrink(bytes: Uint8Array<ArrayBuffer>, width: number): Promise<Uint8Array<ArrayBuffer>> {
    const [idlest] = [...this.#benches].sort((a, b) => a.load - b.load);
    return new Promise((resolve, reject) => {
      idlest!.take({ id: ++this.#orders, width, bytes }, { resolve, reject });
    });
  }

  /** Ends the Workers. */
  async end(): Promise<void> {
    this.#open = false;
    await Promise.all([...this.#benches].map((bench) => bench.end()));
  }

  #add(): void {
    this.#benches.add(
      new Bench(this.#heap, (bench) => {
        this.#benches.delete(bench);
        if (this.#open) this.#add();
      }),
    );
  }
}
