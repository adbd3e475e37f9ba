import { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import { restored } from "../bytes/restored.ts";
import { ContainerBase, storageOf } from "../core/container_base.ts";
import type { ContainerOptions } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";
import type { Memory } from "../struct/memory.ts";

/** What vectors have at hand beside their public methods. */
interface VectorParts {
  readonly element: AnyElement;
  length: number;
  /** The memory of a vector of structs. */
  readonly memory?: Memory;
  /** A view of the memory of a vector of numbers. */
  subarray?(): ArrayBufferView<ArrayBuffer>;
  get(index: number): unknown;
  requireOpen(action: string): void;
  reserve(capacity: number): void;
}

/** The bytes of all elements, over the memory of a vector that has some. */
function elementsOf(vector: VectorParts): Uint8Array<ArrayBuffer> {
  const { memory, element, length } = vector;
  return bytesOf(memory?.view ?? vector.subarray!()).subarray(0, length * element.byteLength);
}

/** What every vector inherits from. */
export abstract class VectorBase extends ContainerBase {
  /** See `Vector`. */
  *entries(): IterableIterator<[number, unknown]> {
    const vector = this as unknown as VectorParts;
    vector.requireOpen("read");
    for (let index = 0; index < vector.length; index++) yield [index, vector.get(index)];
  }

  /** See `Vector`. */
  *keys(): IterableIterator<number> {
    const vector = this as unknown as VectorParts;
    vector.requireOpen("read");
    for (let index = 0; index < vector.length; index++) yield index;
  }

  /** See `Vector`. */
  asBytes(): Uint8Array<ArrayBuffer> {
    const vector = this as unknown as VectorParts;
    vector.requireOpen("view");
    return elementsOf(vector);
  }

  /** See `Container`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const vector = this as unknown as VectorParts;
    vector.requireOpen("write");
    const { element, length } = vector;
    return new ElementFormat("Vector", element).save(length, (into) => into.set(elementsOf(vector)));
  }
}

/** The vector that `make` makes, with the elements that `toBytes` of another one wrote. */
export function vectorFromBytes<V>(
  element: AnyElement,
  bytes: Uint8Array,
  options: ContainerOptions,
  make: (element: AnyElement, options: ContainerOptions) => V,
): V {
  const format = new ElementFormat("Vector", element);
  const reader = format.read(bytes);
  const values = format.values(reader);
  return restored(reader, options, (own) => make(element, own), (vector) => {
    const parts = vector as unknown as VectorParts;
    parts.reserve(reader.count);
    parts.length = reader.count;
    elementsOf(parts).set(values);
    return storageOf(vector as unknown as VectorBase);
  });
}
