import { addressOf } from "../../ffi/libc/address_of.ts";
import type { Address } from "../../ffi/types.ts";
import type { AnyView } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";

/** Where a view lies. */
export interface Extent {
  /** Its buffer. */
  readonly buffer: ArrayBuffer;
  /** Whether its buffer is detached. */
  readonly detached: boolean;
  /** Its first byte in the buffer; 0 when that is detached. */
  readonly byteOffset: number;
  /** Its bytes; 0 when the buffer is detached. */
  readonly byteLength: number;
}

type Getters = Readonly<Record<PropertyKey, (this: AnyView) => unknown>>;

// Looked up once: a class of the program's own, or a property of the view itself, can answer otherwise, and end
// scopes or free blocks while it is asked.
const ofTypedArrays = gettersOf(Object.getPrototypeOf(Uint8Array.prototype));
const ofDataViews = gettersOf(DataView.prototype);

function gettersOf(prototype: object): Getters {
  const descriptors = Object.getOwnPropertyDescriptors(prototype) as Record<PropertyKey, PropertyDescriptor>;
  return Object.fromEntries(Reflect.ownKeys(descriptors).map((key) => [key, descriptors[key]!.get])) as Getters;
}

/** The name of the class of `view`, also when that is of another realm or of the program; `undefined` for no view. */
export function tagOf(view: AnyView): string | undefined {
  if (!ArrayBuffer.isView(view)) return undefined;
  return ofTypedArrays[Symbol.toStringTag]!.call(view) as string | undefined ?? "DataView";
}

/** Where `view` lies; `undefined` for what is not a view. */
export function extentOf(view: AnyView): Extent | undefined {
  const tag = tagOf(view);
  if (tag === undefined) return undefined;
  const { buffer: bufferOf, byteOffset, byteLength } = tag === "DataView" ? ofDataViews : ofTypedArrays;
  const buffer = bufferOf!.call(view) as ArrayBuffer;
  // A DataView over a detached buffer throws when it is asked for more.
  if (buffer.detached) return { buffer, detached: true, byteOffset: 0, byteLength: 0 };
  return {
    buffer,
    detached: false,
    byteOffset: byteOffset!.call(view) as number,
    byteLength: byteLength!.call(view) as number,
  };
}

/**
 * The address of the first byte of `view`; `undefined` for one of length 0, which lies nowhere. `action` says what is
 * tried.
 *
 * Throws `TypeError` for what is not a view.
 */
export function addressOfView(view: AnyView, action: string): Address | undefined {
  const extent = extentOf(view);
  if (extent === undefined) {
    refuseArgument(view, action, "a typed array or DataView");
  }
  const { buffer, byteOffset, byteLength } = extent;
  return byteLength === 0 ? undefined : addressOf(new Uint8Array(buffer, byteOffset, byteLength));
}
