/**
 * Memory for C and from C: libraries of C are called with views, structs and vectors of this library, on Deno and Bun
 * from the same source. **UNSAFE** as all of C is: what is declared has to be what the library has.
 *
 * @module
 */
export type { Address } from "../ffi/types.ts";
export * from "./foreign/adopt.ts";
export * from "./foreign/lend.ts";
export * from "./foreign/map_file.ts";
export { giveBack, type OwnedView } from "./foreign/owned_memory.ts";
export type { ViewOf } from "./foreign/view_of_memory.ts";
export { type NativeLibrary, openLibrary } from "./library/open_library.ts";
export { addressOf, type AnyAccessor, type AnyVector, bytesOf, type InMemory } from "./memory/bytes_of.ts";
export * from "./pointer/opaque.ts";
export { Pointer, type Target } from "./pointer/pointer.ts";
export * from "./pointer/pointer_type.ts";
export { cString, type CStringMemory, type CStringType, readCString } from "./signature/c_string.ts";
export {
  callback,
  type CallbackImplementation,
  type CallbackSignature,
  type CallbackType,
  type CallbackValues,
  type KeptCallback,
} from "./signature/callback_type.ts";
export * from "./signature/out.ts";
export * from "./signature/signature.ts";
export * from "./signature/word.ts";
