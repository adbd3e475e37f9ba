import type { AnyElement, Element } from "../elements/element.ts";
import { FixedBytes } from "../elements/fixed_bytes.ts";
import { NumberElement } from "../elements/number_element.ts";
import { isText } from "../elements/utf8.ts";

/** What has to be known of an element before bytes from elsewhere become its values. */
export type Readability =
  /** All bytes are a value. */
  | "all"
  /** Reading tells, by what it throws. */
  | "some"
  /** They mean something in this process only. */
  | "none";

/** Elements by layout of which all bytes are values: numbers, texts of fixed length, groups of bits. */
const ALL = /^(big-endian )?[fiu](8|16|32|64)$|^bool$|^text\(\d+\)$|^bits /;

/** The elements that an element is made of. */
function partsOf(element: object): readonly AnyElement[] {
  if ("fields" in element) return (element.fields as { element: AnyElement }[]).map((field) => field.element);
  if ("variants" in element) return Object.values(element.variants as Record<string, AnyElement>);
  return "item" in element ? [element.item as AnyElement] : [];
}

/** Which bytes are values of an element. */
export function readabilityOf(element: AnyElement): Readability {
  if ("target" in element) return "none";
  if (element instanceof FixedBytes || ALL.test(element.layout)) return "all";
  const parts = partsOf(element).map(readabilityOf);
  if (parts.includes("none")) return "none";
  if (parts.length === 0 || element instanceof NumberElement || "variants" in element) return "some";
  return parts.includes("some") ? "some" : "all";
}

/** Whether the texts of the value at a byte offset are UTF-8. */
export type ValidTexts = (view: DataView<ArrayBuffer>, byteOffset: number) => boolean;

function validText(length: number): ValidTexts {
  return ({ buffer, byteOffset: start }, byteOffset) => {
    const bytes = new Uint8Array(buffer, start + byteOffset, length);
    const end = bytes.indexOf(0);
    return isText(bytes, 0, end < 0 ? length : end);
  };
}

/** How the parts of an element that have texts in them lie in it. */
function textPartsOf(element: object): { valid: ValidTexts; byteOffset: number }[] {
  const parts = "fields" in element
    ? (element.fields as { element: AnyElement; byteOffset: number }[])
    : "item" in element
    ? Array.from(
      { length: (element as unknown as { length: number }).length },
      (_, index) => ({
        element: element.item as AnyElement,
        byteOffset: index * (element.item as AnyElement).byteLength,
      }),
    )
    : [];
  return parts.flatMap(({ element: part, byteOffset }) => {
    const valid = validTextsOf(part);
    return valid === undefined ? [] : [{ valid, byteOffset }];
  });
}

/** Tells whether the texts in a value are UTF-8, where reading takes U+FFFD for what is not; `undefined` without any. */
export function validTextsOf(element: AnyElement): ValidTexts | undefined {
  const text = /^text\((\d+)\)$/.exec(element.layout);
  if (text !== null) return validText(Number(text[1]));
  if ("variants" in element) return validVariantOf(element as never);
  const parts = textPartsOf(element);
  if (parts.length === 0) return undefined;
  return (view, byteOffset) => parts.every((part) => part.valid(view, byteOffset + part.byteOffset));
}

function validVariantOf(
  { variants, ranges, read }: {
    variants: Record<string, AnyElement>;
    ranges: readonly { byteOffset: number }[];
    read(view: DataView<ArrayBuffer>, byteOffset: number): { tag: string };
  },
): ValidTexts | undefined {
  const valid = Object.fromEntries(Object.entries(variants).map(([tag, variant]) => [tag, validTextsOf(variant)]));
  if (Object.values(valid).every((part) => part === undefined)) return undefined;
  const { byteOffset: start } = ranges[1]!;
  return (view, byteOffset) => valid[read(view, byteOffset).tag]?.(view, byteOffset + start) ?? true;
}

/** Throws `TypeError` for references, which name memory of this process. */
export function requirePortable(action: string, label: string, elements: readonly AnyElement[]): void {
  const local = elements.find((element) => readabilityOf(element) === "none");
  if (local === undefined) return;
  throw new TypeError(`Cannot ${action} a ${label}: references in a ${local.name} lead nowhere in other memory`);
}

/** Calls `refuse` with the index and the error of the first value in `bytes` that cannot be read. */
export function checkValues(
  element: AnyElement,
  bytes: Uint8Array<ArrayBuffer>,
  refuse: (index: number, error: unknown) => never,
): void {
  if (readabilityOf(element) !== "some") return;
  const { read, byteLength } = element as unknown as Element<unknown>;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < bytes.length / byteLength; index++) {
    try {
      read(view, index * byteLength);
    } catch (error) {
      refuse(index, error);
    }
  }
}
