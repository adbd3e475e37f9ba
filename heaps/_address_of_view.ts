import { addressOf } from "../ffi/address_of.ts";
import type { Address } from "../ffi/types.ts";
import { placeOf } from "./_place.ts";
import type { AnyView } from "./allocator.ts";

/**
 * The address of the first byte of `view`; `undefined` for one of length 0, which
 * lies nowhere. `action` says what is tried.
 *
 * Throws `TypeError` for what is no view.
 */
export function addressOfView(view: AnyView, action: string): Address | undefined {
  const place = placeOf(view);
  if (place === undefined) {
    throw new TypeError(`Cannot ${action} ${typeof view}: it is not a typed array or DataView`);
  }
  const { buffer, byteOffset, byteLength } = place;
  return byteLength === 0 ? undefined : addressOf(new Uint8Array(buffer, byteOffset, byteLength));
}
