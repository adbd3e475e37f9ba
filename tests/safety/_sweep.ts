import { writeSync } from "node:fs";
import process from "node:process";
import { SharedEntry } from "../../heaps/core/shared_entry.ts";
import { mainHeap } from "../../mod.ts";
import { HOSTILE, isOurs, isTheirs } from "./_hostile_values.ts";

/** What threads have in common: the blocks, and the entries of what is shared and of who uses it. */
export function inCommon(): number[] {
  const main = mainHeap();
  return [main.liveBytes, main.liveBlocks, [...SharedEntry.all()].length];
}

/** More than an iterator may give that came out of a few values. */
const ENDLESS = 100_000;
/** Milliseconds of the processor that no call needs. */
const SLOW = 2000;

/** Something that hostile values are passed to. */
export interface Subject {
  /** What it is called. */
  readonly name: string;
  /** What may not change when a call is refused. */
  state(): unknown;
  /** Puts it back into its first state after a call was not refused. */
  renew(): void;
}

/** One call, which is made between two steps of a loop. */
interface Attempt {
  readonly given: unknown;
  readonly make: () => unknown;
  refusal?: { readonly error: unknown };
}

function drain(result: unknown): void {
  if (result instanceof Promise) return void result.catch(() => {});
  const { next } = Object(result) as { next?: unknown };
  if (!(result instanceof Iterator) || typeof next !== "function") return;
  for (let count = 0; !(next.call(result) as IteratorResult<unknown>).done; count++) {
    if (count > ENDLESS) throw new Error("an iterator has no end");
  }
}

/** Makes calls with hostile values, and remembers what came out wrong. */
export class Sweep {
  /** How many calls were made. */
  calls = 0;
  readonly #faults = new Map<string, Set<string>>();
  #last: { readonly subject: Subject; readonly state: string } | undefined;
  readonly #traces = process.argv.includes("--trace");

  #fault(label: string, what: string, value: string): void {
    const fault = `${label}: ${what}`;
    this.#faults.set(fault, (this.#faults.get(fault) ?? new Set()).add(value));
  }

  /** Calls `use` with each hostile value once. */
  call(subject: Subject, label: string, use: (value: unknown, again: () => unknown) => unknown): void {
    for (const attempt of this.#attempts(subject, `${subject.name}.${label}`)) {
      try {
        drain(use(attempt.given, attempt.make));
      } catch (error) {
        attempt.refusal = { error };
      }
    }
  }

  /** The same for what may return a promise, which is waited for each time. */
  async callAndWait(
    subject: Subject,
    name: string,
    use: (value: unknown, again: () => unknown) => unknown,
  ): Promise<void> {
    for (const attempt of this.#attempts(subject, name)) {
      try {
        const result = use(attempt.given, attempt.make);
        if (result instanceof Promise) await result;
        else drain(result);
      } catch (error) {
        attempt.refusal = { error };
      }
    }
  }

  *#attempts(subject: Subject, name: string): Generator<Attempt> {
    for (const [value, make] of Object.entries(HOSTILE)) {
      const before = this.#begin(subject, name, value);
      const attempt: Attempt = { given: make(), make };
      const start = process.cpuUsage();
      yield attempt;
      const { refusal } = attempt;
      if (refusal !== undefined) this.#refusedWith(refusal.error, name, value);
      this.#end(subject, { name, value, before, start, refused: refusal !== undefined });
    }
  }

  #begin(subject: Subject, name: string, value: string): string {
    this.calls++;
    if (this.#traces) writeSync(2, `${name} ${value}\n`);
    return this.#last?.subject === subject ? this.#last.state : JSON.stringify(subject.state());
  }

  #refusedWith(error: unknown, name: string, value: string): void {
    if (!isOurs(error) && !isTheirs(error, value)) this.#fault(name, describe(error), value);
  }

  #end(
    subject: Subject,
    { name, value, before, start, refused }: {
      readonly name: string;
      readonly value: string;
      readonly before: string;
      readonly start: NodeJS.CpuUsage;
      readonly refused: boolean;
    },
  ): void {
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    if (took > SLOW) this.#fault(name, `it took ${took.toFixed()} ms`, value);
    const after = JSON.stringify(subject.state());
    this.#last = { subject, state: after };
    if (before === after) return;
    this.#last = undefined;
    if (refused) this.#fault(name, `refused, and changed ${before} to ${after}`.slice(0, 300), value);
    subject.renew();
  }

  /** Writes what came out wrong. */
  report(): void {
    for (const [fault, values] of this.#faults) process.stdout.write(`${fault} <- ${[...values].join(", ")}\n`);
    process.stdout.write(`${this.calls} calls, ${this.#faults.size} faults\n`);
  }
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : `threw ${String(error)}`;
  } catch {
    return "threw what is no error";
  }
}
