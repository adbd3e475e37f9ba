import assert from "node:assert/strict";
import { AllocationError, Heap } from "../../mod.ts";
import { nameOf } from "./_kinds.ts";
import {
  copying,
  Fault,
  type Operation,
  type Play,
  type Prompter,
  type Reader,
  Thrown,
  type Written,
} from "./_operation.ts";
import type { Place } from "./_places.ts";
import type { Random } from "./_random.ts";
import { Tracked } from "./_tracked.ts";

const LOG_LINES = 30;
/** How deep listeners may be inside each other. */
const DEPTH = 3;
/** How much listeners may do within one step. */
const INTERRUPTIONS = 6;

/** A container on the stage. */
export interface Actor {
  /** What the log calls it. */
  readonly label: string;
  readonly play: Play;
  /** Makes a container from what the one of the play writes. */
  readonly read?: Reader | undefined;
  readonly memory: Tracked;
  readonly place: Place;
  /** Whether it was disposed of. */
  disposed: boolean;
  /** Whether memory went from below it, so that it has to throw from then on. */
  robbed: boolean;
}

function isGone({ disposed, robbed }: Actor): boolean {
  return disposed || robbed;
}

/** All actors and the places where they are. */
export interface Troupe {
  /** One of the actors. */
  pick(): Actor;
  /** Does something to one of the places. */
  shake(): void;
  /** Disposes of one of the actors. */
  disposeOne(): void;
}

/** Makes calls, lets listeners make others inside of them, and judges what comes out. */
export class Stage implements Prompter {
  readonly random: Random;
  readonly #troupe: Troupe;
  readonly #acting: Actor[] = [];
  readonly #log: string[] = [];
  #left = 0;
  #events = 0;
  #fault: unknown;
  /** Where copies of containers live, which nothing rolls back. */
  readonly #copies = new Heap({ name: "copies" });

  constructor(random: Random, troupe: Troupe) {
    this.random = random;
    this.#troupe = troupe;
  }

  /** The latest calls, for messages. */
  get log(): string {
    return this.#log.join("\n");
  }

  /** Notes something that happened. */
  note(text: string): void {
    this.#log.push(`${"  ".repeat(this.#acting.length)}${text}`);
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }

  /** One call of an actor, with whatever its listeners do. */
  step(actor: Actor): void {
    this.#left = INTERRUPTIONS;
    this.perform(actor);
    this.#left = 0;
    this.requireSound();
  }

  /** Throws what a listener has found, for what a listener throws may get lost. */
  requireSound(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** One call of an actor. */
  perform(actor: Actor): void {
    const operation = this.#operationOf(actor);
    this.note(`${actor.label}.${operation.label}`);
    const before = this.#events;
    this.#acting.push(actor);
    let result: unknown;
    try {
      result = operation.run();
    } catch (error) {
      this.#acting.pop();
      this.note(`threw ${error}`);
      this.#judge(actor, operation, error, this.#events > before);
      if (!isGone(actor)) actor.play.checkSize();
      return;
    }
    this.#acting.pop();
    const disturbed = this.#events > before;
    if (isGone(actor)) {
      if (operation.free || (actor.robbed && actor.play.isEmpty())) return;
      // What was done before the memory went may return.
      if (disturbed) return;
      throw new Fault(`it answered ${String(result)} although its memory is gone`);
    }
    if (!disturbed && operation.refused?.()) throw new Fault(`it answered ${String(result)} instead of throwing`);
    operation.settle(result, disturbed);
    actor.play.checkSize();
    if (this.#acting.length === 0) assert.equal(actor.play.container.bytes, actor.memory.held, "bytes that it holds");
  }

  #operationOf({ play, read }: Actor): Operation {
    if (read === undefined || !this.random.once(80)) return play.operation();
    const memory = new Tracked(this.#copies, () => this.interruptQuietly("memory of a copy"));
    return copying(play.container as Written, read, memory, nameOf);
  }

  /** Ends what it holds itself; nothing may be left in it. */
  end(): void {
    assert.equal(this.#copies.liveBytes, 0);
    this.#copies.destroy();
  }

  /** Ends what it holds after something went wrong. */
  abandon(): void {
    this.#copies.destroy();
  }

  #judge(actor: Actor, operation: Operation, error: unknown, disturbed: boolean): void {
    this.requireSound();
    if (error instanceof Thrown && disturbed) return;
    const { name, message } = error as Error;
    if (!(error instanceof Error) || name === "AssertionError" || !message.startsWith("Cannot ")) throw error;
    const gone = isGone(actor);
    if (name === "ClosedError") {
      if (!gone && !actor.place.closed) throw new Fault(`it is open: ${message}`, { cause: error });
      return;
    }
    if (gone || operation.refused?.()) return;
    if (error instanceof AllocationError && actor.place.limited) return;
    // A listener may have changed what the call is about; and what is in the middle of a call may refuse another.
    if (disturbed || this.#acting.includes(actor)) return;
    throw new Fault(`it had no reason to throw: ${message}`, { cause: error });
  }

  /** Lets a listener do something now. */
  interrupt = (source: string): void => {
    this.interruptQuietly(source);
    if (this.#left > 0 && this.#acting.length > 0 && this.random.once(25)) {
      this.#events++;
      this.note(`${source} throws`);
      throw new Thrown(`thrown by ${source}`);
    }
  };

  /** The same without ever throwing but what was found. */
  interruptQuietly = (source: string): void => {
    const depth = this.#acting.length;
    if (this.#fault !== undefined || depth === 0 || depth > DEPTH || this.#left <= 0 || !this.random.once(3)) return;
    this.#left--;
    this.#events++;
    this.note(`in ${source}:`);
    try {
      if (this.random.once(12)) this.#troupe.shake();
      else if (this.random.once(100)) this.#troupe.disposeOne();
      else this.perform(this.random.once(2) ? this.#acting.at(-1)! : this.#troupe.pick());
    } catch (error) {
      this.#fault ??= error;
      throw error;
    }
  };
}
