import { shown } from "../core/refuse.ts";
import type { AnyElement } from "../elements/element.ts";
import type { ByteRange, FieldLayout } from "./layout.ts";
import { accessError, MEMORY, OFFSET, type Place } from "./memory.ts";

/** What the methods have to know of an element. */
interface Described extends AnyElement {
  readonly ranges: readonly ByteRange[];
}

/** Whether two places have the same bytes in `ranges`. */
function equalBytes(a: Place, b: Place, ranges: readonly ByteRange[]): boolean {
  const [here, there] = [a[MEMORY].view, b[MEMORY].view];
  for (const { byteOffset, byteLength } of ranges) {
    const [from, to] = [a[OFFSET] + byteOffset, b[OFFSET] + byteOffset];
    for (let index = 0; index < byteLength; index++) {
      if (here.getUint8(from + index) !== there.getUint8(to + index)) return false;
    }
  }
  return true;
}

/** `toObject()` and `equals()` of accessors of `element`. */
export function comparable(element: Described, isAccessor: (value: unknown) => boolean): PropertyDescriptorMap {
  return {
    toObject: {
      value(this: Place): unknown {
        try {
          return element.read(this[MEMORY].view, this[OFFSET]);
        } catch (error) {
          throw accessError(error, this[MEMORY]);
        }
      },
    },
    equals: {
      value(this: Place, other: unknown): boolean {
        if (!isAccessor(other)) {
          throw new TypeError(`Cannot compare a ${element.name} with ${shown(other)}: expected an accessor of one`);
        }
        try {
          return equalBytes(this, other as Place, element.ranges);
        } catch (error) {
          throw accessError(accessError(error, this[MEMORY]), (other as Place)[MEMORY]);
        }
      },
    },
  };
}

/** `assign()` of accessors of the struct `label`. */
export function assignable(label: string, byName: ReadonlyMap<string, FieldLayout>): PropertyDescriptorMap {
  const writable = [...byName.values()].filter(({ readonly }) => !readonly).map(({ name }) => name);
  function assign(this: Place, values: Readonly<Record<string, unknown>>): Place {
    // Fields of an accessor are properties of its prototype.
    const names = MEMORY in values ? writable : Object.keys(values);
    for (const name of names) {
      const field = byName.get(name);
      if (field === undefined || field.readonly) {
        const state = field === undefined ? "there is no such field" : "it is readonly";
        throw new TypeError(`Cannot assign ${name} of a ${label}: ${state}`);
      }
      (this as unknown as Record<string, unknown>)[name] = values[name];
    }
    return this;
  }
  return { assign: { value: assign } };
}
