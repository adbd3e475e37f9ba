import type { AnyElement, Element } from "../elements/element.ts";
import { FixedBytes } from "../elements/fixed_bytes.ts";
import { NumberElement } from "../elements/number_element.ts";

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
