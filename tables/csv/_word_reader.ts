import type { AnyNumberElement } from "../../stl/elements/number_element.ts";
import { bool } from "../../stl/elements/numbers.ts";
import type { StringTable } from "../../stl/text/string_table.ts";
import { Dictionary } from "../table/dictionary.ts";
import type { FieldPlan } from "./_field_plan.ts";

/** What finds the numbers of the words of a column. */
export interface WordReader {
  /** Tells columns whose words have different numbers apart, from 1 on. */
  readonly owner: number;
  /**
   * The number of the bytes from `start` to before `end`, which is an integer ≥ 0 or, in enumerations, a negative one;
   * what is wrong with them otherwise.
   */
  readonly read: (bytes: Uint8Array, start: number, end: number) => number | string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text in the bytes from `start` to before `end`; `undefined` when it is not UTF-8. */
export function decode(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** What finds the numbers of words for each of `plans` that has words. */
export function wordReadersOf(
  plans: readonly FieldPlan[],
  texts: ReadonlyMap<Dictionary, StringTable>,
): (WordReader | undefined)[] {
  const owners = [...texts.keys()];
  return plans.map((plan, place) => {
    const { element } = plan;
    if (element instanceof Dictionary) {
      return { owner: owners.indexOf(element) + 1, read: textReader(plan, element, texts.get(element)!) };
    }
    return { owner: owners.length + place + 1, read: nameReader(plan, element as unknown as AnyNumberElement) };
  });
}

function textReader(
  { whenEmpty }: FieldPlan,
  { mostTexts, name }: Dictionary,
  texts: StringTable,
): WordReader["read"] {
  const empty = encoder.encode(whenEmpty as string);
  return (bytes, start, end) => {
    if (start === end) return texts.internBytes(empty);
    const { size } = texts;
    const handle = texts.internBytes(bytes, start, end);
    if (handle < size) return handle;
    if (!isAscii(bytes, start, end) && decode(bytes, start, end) === undefined) return "it is not UTF-8";
    return handle < mostTexts
      ? handle
      : `it is text ${handle + 1} of its dictionary, and ${name} tells ${mostTexts} apart`;
  };
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 127) return false;
  return true;
}

const BOOLEANS: Readonly<Record<string, number>> = { true: 1, false: 0, 1: 1, 0: 0 };

function nameReader({ whenEmpty }: FieldPlan, element: AnyNumberElement): WordReader["read"] {
  return (bytes, start, end) => {
    if (start === end) return whenEmpty === undefined ? "it is empty" : whenEmpty as number;
    const text = decode(bytes, start, end) ?? "";
    if ((element as unknown) === bool) {
      const known = Object.hasOwn(BOOLEANS, text.toLowerCase()) ? BOOLEANS[text.toLowerCase()] : undefined;
      return known ?? "expected true, false, 1 or 0";
    }
    try {
      return element.encode(text) as number;
    } catch (error) {
      return (error as Error).message;
    }
  };
}
