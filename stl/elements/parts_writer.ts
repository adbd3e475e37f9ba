import type { AnyElement, Element } from "./element.ts";

/** Stores a value at a byte offset. */
export type Write<T = unknown> = (view: DataView<ArrayBuffer>, byteOffset: number, value: T) => void;

/** What stores a value of `element` where it does not matter what is there after it threw. */
export function partsWriterOf(element: AnyElement): Write {
  const { write, writeParts } = element as unknown as Element<unknown> & { readonly writeParts?: Write };
  return writeParts ?? write;
}
