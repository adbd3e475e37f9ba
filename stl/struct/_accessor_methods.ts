import { COMPARED_TAG, type Part, pictured, type Portrait } from "../core/portrait.ts";
import { shown } from "../core/refuse.ts";
import type { AnyElement } from "../elements/element.ts";
import { partsWriterOf } from "../elements/parts_writer.ts";
import type { ByteRange, FieldLayout } from "./layout.ts";
import { accessError, ELEMENT, isEnded, MEMORY, OFFSET, type Place } from "./memory.ts";
import { requireObject, writeField } from "./convert.ts";
import { copyRanges } from "./whole.ts";

type Values = Record<string, unknown>;

/** What the methods have to know of an element. */
interface Described extends AnyElement {
  readonly ranges: readonly ByteRange[];
}

/** What every accessor has. */
interface Whole {
  toObject(): unknown;
}

/** Bytes of a view from an offset on. */
interface Bytes {
  readonly view: DataView<ArrayBuffer>;
  readonly start: number;
}

function bytesOf({ [MEMORY]: { view }, [OFFSET]: start }: Place): Bytes {
  return { view, start };
}

/** Whether the bytes in `ranges` are the same from both offsets on. */
function equalBytes(a: Bytes, b: Bytes, ranges: readonly ByteRange[]): boolean {
  return ranges.every(({ byteOffset, byteLength, parts, step = byteLength }) => {
    const [from, to] = [a.start + byteOffset, b.start + byteOffset];
    if (parts === undefined) {
      for (let at = 0; at < byteLength; at++) if (a.view.getUint8(from + at) !== b.view.getUint8(to + at)) return false;
      return true;
    }
    for (let at = 0; at < byteLength; at += step) {
      const [one, other] = [{ view: a.view, start: from + at }, { view: b.view, start: to + at }];
      if (!equalBytes(one, other, parts)) return false;
    }
    return true;
  });
}

/** What accessors of `element` are shown as. */
function portraits(
  element: Described,
  shape: { readonly brackets: "[]" | "{}"; readonly size: number },
  parts: (accessor: object) => Iterable<Part>,
): (accessor: object) => Portrait {
  return (accessor) => {
    const { [MEMORY]: memory, [OFFSET]: byteOffset } = accessor as Place;
    return {
      ...shape,
      name: element.name,
      closed: isEnded(memory),
      counted: false,
      place: [element, memory, byteOffset],
      parts: () => parts(accessor),
    };
  };
}

/**
 * What accessors of `element` are read whole, compared and shown by; `parts` are what is shown, of which there are
 * `size` in `brackets`.
 */
export function comparable(
  element: Described,
  isAccessor: (value: unknown) => boolean,
  { parts, ...shape }: {
    readonly brackets: "[]" | "{}";
    readonly size: number;
    readonly parts: (accessor: object) => Iterable<Part>;
  },
): PropertyDescriptorMap {
  return {
    [ELEMENT]: { value: element },
    ...COMPARED_TAG,
    ...pictured(portraits(element, shape, parts), (accessor) => (accessor as Whole).toObject()),
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
          return equalBytes(bytesOf(this), bytesOf(other as Place), element.ranges);
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
  if (MEMORY in requireObject(values)) return [...byName.values()].filter(({ readonly }) => !readonly);
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
      for (const { name, element, byteOffset } of fields) {
        writeField(partsWriterOf(element), name)(scratch, byteOffset, values[name]);
      }
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
