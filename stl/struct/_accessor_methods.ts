import { shown } from "../core/refuse.ts";
import type { AnyElement } from "../elements/element.ts";
import type { ByteRange, FieldLayout } from "./layout.ts";
import { accessError, MEMORY, OFFSET, type Place } from "./memory.ts";
import { copyRanges, partsWriterOf } from "./whole.ts";

type Values = Record<string, unknown>;

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

/** The writable fields that `values` names, an accessor or an object with some. Throws `TypeError` for any other. */
function namedFields(
  label: string,
  byName: ReadonlyMap<string, FieldLayout>,
  values: Readonly<Values>,
): FieldLayout[] {
  // Fields of an accessor are properties of its prototype.
  if (MEMORY in values) return [...byName.values()].filter(({ readonly }) => !readonly);
  return Object.keys(values).map((name) => {
    const field = byName.get(name);
    if (field !== undefined && !field.readonly) return field;
    const state = field === undefined ? "there is no such field" : "it is readonly";
    throw new TypeError(`Cannot assign ${name} of a ${label}: ${state}`);
  });
}

/** `assign()` of accessors of `element`, a struct or a group of bits. */
export function assignable(
  { name: label, byteLength }: AnyElement,
  byName: ReadonlyMap<string, FieldLayout>,
): PropertyDescriptorMap {
  function assign(this: Place, values: Readonly<Values>): Place {
    const fields = namedFields(label, byName, values);
    try {
      // Into a copy first, for a later field may be refused.
      const scratch = new DataView(new ArrayBuffer(byteLength));
      copyRanges(viewAt(this, byteLength), scratch, 0, fields);
      for (const { name, element, byteOffset } of fields) partsWriterOf(element)(scratch, byteOffset, values[name]);
      copyRanges(scratch, this[MEMORY].view, this[OFFSET], fields);
    } catch (error) {
      throw accessError(error, this[MEMORY]);
    }
    return this;
  }
  return { assign: { value: assign } };
}

function viewAt({ [MEMORY]: { view }, [OFFSET]: byteOffset }: Place, byteLength: number): DataView<ArrayBuffer> {
  return new DataView(view.buffer, view.byteOffset + byteOffset, byteLength);
}
