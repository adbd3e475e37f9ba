import { shown } from "../../heaps/argument.ts";
import { isElement } from "../../stl/elements/check.ts";
import type { AnyElement, Element } from "../../stl/elements/element.ts";
import { type AnyNumberElement, NumberElement } from "../../stl/elements/number_element.ts";
import { bool, typeStoredAsIs } from "../../stl/elements/numbers.ts";
import { Dictionary } from "../table/dictionary.ts";
import { EmptyAs } from "../table/empty_as.ts";
import type { SourceColumns } from "../table/source_columns.ts";
import { timestamp } from "../table/timestamp.ts";

/** How the fields of a column are read. */
export const Kind = {
  /** Passed over: nobody asked for it. */
  skipped: 0,
  /** A number that is kept as it is. */
  number: 1,
  /** A moment. */
  timestamp: 2,
  /** A text that stands for a number: of a dictionary, a boolean, a name of an enumeration. */
  word: 3,
  /** An integer of 64 bits. */
  bigint: 4,
  /** A text that is kept in the row. */
  text: 5,
} as const;

/** How the fields of one column are read. */
export interface FieldPlan {
  readonly name: string;
  readonly element: AnyElement;
  readonly kind: number;
  /** Whether it has no decimals. */
  readonly isInteger: boolean;
  /** The least number. */
  readonly least: number;
  /** The greatest one. */
  readonly most: number;
  /** What is stored for an empty field; `undefined` where there must be none. */
  readonly whenEmpty: number | bigint | string | undefined;
}

/** The greatest number that is not infinite in `f16`, `f32` and `f64`. */
const MOST_DECIMAL: Readonly<Record<number, number>> = {
  2: 65519.99999999999,
  4: 3.4028235677973362e38,
  8: Number.MAX_VALUE,
};

/** How each of `columns` is read. Throws `TypeError` for what no field can be read as. */
export function fieldPlansOf(columns: SourceColumns): FieldPlan[] {
  return Object.entries(columns).map(([name, column]) => {
    const element: unknown = column instanceof EmptyAs ? column.element : column;
    if (!isElement(element)) {
      throw new TypeError(`Cannot read a column ${name}: expected an element like u32, got ${shown(element)}`);
    }
    const kind = kindOf(element);
    if (kind === undefined) throw new TypeError(`Cannot read a column ${name} of ${element.name}: a field has no such`);
    const isWord = element instanceof Dictionary || kind === Kind.text;
    const whenEmpty = column instanceof EmptyAs ? storedFor(element, column.value, isWord) : isWord ? "" : undefined;
    return { name, element, kind, ...boundsOf(element, whenEmpty) };
  });
}

function kindOf(element: AnyElement): number | undefined {
  if (!(element instanceof NumberElement)) return element.name.startsWith("text(") ? Kind.text : undefined;
  if (element instanceof Dictionary || isNamed(element)) return Kind.word;
  if (element === timestamp) return Kind.timestamp;
  if (element.viewType === BigInt64Array || element.viewType === BigUint64Array) return Kind.bigint;
  return typeStoredAsIs(element) === "number" ? Kind.number : undefined;
}

/** Whether a field has a word for each value of `element`. */
export function isNamed(element: AnyElement): boolean {
  return (element as unknown) === bool || element.name.startsWith("enumeration of ");
}

/** What a column of `element` stores for `value`; the text itself for texts. */
function storedFor(element: AnyElement, value: unknown, isText: boolean): number | bigint | string {
  if (!isText) return (element as AnyNumberElement).encode(value) as number | bigint;
  if (typeof value !== "string") throw new TypeError(`Cannot keep ${shown(value)} in a column of texts`);
  if (!(element instanceof NumberElement)) {
    (element as unknown as Element<string>).write(new DataView(new ArrayBuffer(element.byteLength)), 0, value);
  }
  return value;
}

/** What numbers `element` can have. */
function boundsOf(
  element: AnyElement,
  whenEmpty: FieldPlan["whenEmpty"],
): Pick<FieldPlan, "isInteger" | "least" | "most" | "whenEmpty"> {
  const { byteLength } = element;
  const array = element instanceof NumberElement ? element.viewType.name as string : "";
  if (array.startsWith("Float")) {
    const most = MOST_DECIMAL[byteLength] ?? NaN;
    return { isInteger: false, least: -most, most, whenEmpty: whenEmpty ?? NaN };
  }
  const signed = array.startsWith("Int") || array.startsWith("BigInt");
  // Integers of 64 bits are known exactly up to here; those beyond are looked at one by one.
  const bits = Math.min(byteLength * 8, 53) - (signed && byteLength < 8 ? 1 : 0);
  return { isInteger: true, least: signed ? -(2 ** bits) : 0, most: 2 ** bits - 1, whenEmpty };
}
