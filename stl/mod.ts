/**
 * Typed memory on any allocator: structs, vectors, pools and containers whose elements live outside of the
 * garbage-collected heap and are freed at once with their allocator.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { u32, Vector } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "primes" });
 * const primes = new Vector(u32, { allocator: heap });
 * for (let n = 2; primes.length < 5; n++) if (primes.toArray().every((prime) => n % prime > 0)) primes.push(n);
 * assert.deepEqual(primes.toArray(), [2, 3, 5, 7, 11]);
 * ```
 *
 * @module
 */
export * from "../heaps/allocator.ts";
export * from "./bytes/format_error.ts";
export type { OverOptions } from "./core/borrowed_bytes.ts";
export * from "./core/container.ts";
export type { ContainerBase } from "./core/container_base.ts";
export type { ContainerOptions } from "./core/storage.ts";
export * from "./elements/as_number.ts";
export * from "./elements/big_endian.ts";
export * from "./elements/element.ts";
export * from "./elements/enumeration.ts";
export * from "./elements/fixed_bytes.ts";
export * from "./elements/number_element.ts";
export * from "./elements/numbers.ts";
export * from "./elements/text.ts";
export { anyBytes, anyText, type Coding, type Kind, VariableElement } from "./elements/variable_element.ts";
export * from "./hash/entry_cursor.ts";
export * from "./hash/hash_map.ts";
export * from "./hash/hash_set.ts";
export * from "./hash/keyed_container.ts";
export * from "./hash/lru_map.ts";
export * from "./hash/multi_map.ts";
export * from "./items/deque.ts";
export * from "./items/priority_queue.ts";
export * from "./items/slot_map.ts";
export * from "./pool/pool.ts";
export * from "./struct/array.ts";
export * from "./struct/bits.ts";
export * from "./struct/c_union.ts";
export type { Compound, CompoundOptions } from "./struct/compound.ts";
export type { ByteRange, FieldLayout, Fields, Layout } from "./struct/layout.ts";
export type { Memory } from "./struct/memory.ts";
export type { AnyCompound, CompoundElement, InferPlace } from "./struct/property.ts";
export * from "./struct/readonly_field.ts";
export { type AnyTarget, reference } from "./struct/reference.ts";
export type { SelfReference } from "./struct/self_reference.ts";
export * from "./struct/struct.ts";
export * from "./struct/struct_types.ts";
export * from "./struct/union.ts";
export * from "./text/growing_text.ts";
export * from "./text/string_table.ts";
export * from "./tree/sorted_map.ts";
export * from "./vector/bit_set.ts";
export type { Column } from "./vector/column.ts";
export type { Cursor } from "./vector/cursor.ts";
export * from "./vector/soa_slot_map.ts";
export * from "./vector/soa_vector.ts";
export * from "./vector/sort_key.ts";
export * from "./vector/vector.ts";
export * from "./views/borrow.ts";
export * from "./views/views.ts";
