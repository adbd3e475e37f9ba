import type { Allocator } from "../../heaps/allocator.ts";
import { type Part, type Portrait, shownBy } from "./portrait.ts";
import type { Storage } from "./storage.ts";

/** What is said of how the containers of a class are compared and shown. */
export interface Showing {
  /** What they hold: values in order, values in no order, or pairs of key and value. */
  readonly shape: "list" | "set" | "map";
  /** What one is compared by, where that is not what `toArray()` returns. */
  readonly contents?: (container: object) => unknown;
  /** What one is shown as, where that is not what can be iterated over. */
  readonly parts?: (container: object) => readonly Part[];
}

/** What shows a container uses of it. */
interface Listed extends Iterable<unknown> {
  readonly length?: number;
  readonly size?: number;
  toArray(): unknown[];
}

const SHOWING: unique symbol = Symbol("showing");

function showingOf(container: object): Showing {
  return (container as { readonly [SHOWING]: Showing })[SHOWING];
}

function contentsOf(container: ContainerBase): unknown {
  const { shape, contents, parts } = showingOf(container);
  if (contents !== undefined) return contents(container);
  if (parts !== undefined) return [storageOf(container).label, ...parts(container)];
  const values = (container as unknown as Listed).toArray();
  if (shape === "list") return values;
  return shape === "set" ? new Set(values) : new Map(values as [unknown, unknown][]);
}

/**
 * Reads the one enumerable property that every container has itself. Test libraries compare objects by those and by
 * nothing else: not by iterating, not by `equals`, not by what is inherited.
 */
function compared(this: ContainerBase): unknown {
  if (this.closed) return "closed";
  try {
    return contentsOf(this);
  } catch (error) {
    // Its memory was taken back.
    if (error instanceof Error && error.name === "ClosedError") return "closed";
    throw error;
  }
}

/** Three times as fast as `Object.defineProperty` in Deno 2.9, for each container that is made. */
const { __defineGetter__: defineGetter } = Object.prototype as unknown as {
  __defineGetter__(this: object, name: string, get: (this: ContainerBase) => unknown): void;
};

/**
 * Gives a container the property that test libraries compare. Last of all: in Bun 1.4 every read of a private field that
 * was added behind an own getter is slower, a hit of a `HashMap` takes 1.3 times as long.
 */
export function showContents(container: object): void {
  defineGetter.call(container, "contents", compared);
}

/** Where a container takes its memory from. */
export let storageOf: (container: ContainerBase) => Storage;

/**
 * What all containers are the same in. What hot paths use stays in the class of each kind; storage too, which is in a
 * private field there once more.
 */
export abstract class ContainerBase implements Disposable {
  readonly #storage: Storage;

  static {
    storageOf = (container) => container.#storage;
  }

  /** A container that takes its memory from `storage`. */
  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Where its memory comes from. */
  get allocator(): Allocator {
    return this.#storage.allocator;
  }

  /** Whether it was disposed, or its allocator is closed; every call that needs memory then throws `ClosedError`. */
  get closed(): boolean {
    return this.#storage.closed;
  }

  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  abstract dispose(): void;

  /** The same as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What `JSON.stringify` takes in its place. Throws `ClosedError` when it is closed. */
  toJSON(): unknown {
    return (this as unknown as Listed).toArray();
  }
}

function* partsOf(container: object): Iterable<Part> {
  const { shape } = showingOf(container);
  for (const value of container as Listed) {
    if (shape !== "map") yield [value];
    else yield [(value as [unknown, unknown])[0], " => ", (value as [unknown, unknown])[1]];
  }
}

function portraitOf(container: object): Portrait {
  const { shape, parts } = showingOf(container);
  const { length, size } = container as Listed;
  return {
    name: storageOf(container as ContainerBase).label,
    closed: (container as ContainerBase).closed,
    size: length ?? size ?? 0,
    counted: parts === undefined,
    brackets: shape === "list" ? "[]" : "{}",
    place: [container],
    parts: () => (parts ?? partsOf)(container),
  };
}

/** Says how the containers of a class, `Base` or one that extends it, are compared and shown. */
export function showAs(Base: { readonly prototype: object }, showing: Showing): void {
  Object.defineProperty(Base.prototype, SHOWING, { value: showing });
}

showAs(ContainerBase, { shape: "list" });
Object.defineProperties(ContainerBase.prototype, shownBy(portraitOf));

/** The base of all containers of one name. */
export type BaseClass = abstract new (storage: Storage) => ContainerBase;
