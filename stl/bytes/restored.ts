import type { ContainerOptions, Storage } from "../core/storage.ts";
import type { ByteReader } from "./byte_reader.ts";

/**
 * The container that `make` makes, after `fill` filled it from `reader` and returned its storage. When that fails nothing
 * is left of it, and an allocator that it was to own goes on.
 *
 * Throws `ClosedError` when a listener or a function of the program took the bytes back meanwhile.
 */
export function restored<C, O extends ContainerOptions>(
  reader: ByteReader,
  options: O,
  make: (options: O) => C,
  fill: (container: C) => Storage,
): C {
  const container = make({ ...options, owned: false });
  try {
    const storage = fill(container);
    reader.requireThere();
    storage.owned = options.owned ?? false;
  } catch (error) {
    (container as Disposable)[Symbol.dispose]();
    reader.requireThere(error);
    throw error;
  }
  return container;
}

/** Fills containers of classes that are made for a kind, which have a method for that. */
export function filledFrom(reader: ByteReader): (container: unknown) => Storage {
  return (container) => (container as { restore(reader: ByteReader): Storage }).restore(reader);
}
