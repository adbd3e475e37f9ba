/**
 * Typed memory on any allocator: structs, vectors, pools and containers whose
 * elements live outside of the garbage-collected heap and are freed at once with their allocator.
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
export type { Compound, CompoundOptions } from "./_compound.ts";
export type { Kind } from "./_kinds.ts";
export type { ByteRange, FieldLayout, Layout } from "./_layout.ts";
export type { Memory } from "./_place.ts";
export type { CompoundElement } from "./_property.ts";
export type { ContainerOptions } from "./_storage.ts";
export type { Coding } from "./_variable_rows.ts";
export * from "./array.ts";
export * from "./as_number.ts";
export * from "./big_endian.ts";
export * from "./bit_set.ts";
export * from "./bits.ts";
export * from "./borrow.ts";
export type { Column } from "./column.ts";
export * from "./container.ts";
export type { Cursor } from "./cursor.ts";
export * from "./deque.ts";
export * from "./element.ts";
export * from "./enumeration.ts";
export * from "./fixed_bytes.ts";
export * from "./format_error.ts";
export * from "./growing_text.ts";
export * from "./hash_map.ts";
export * from "./hash_set.ts";
export * from "./lru_map.ts";
export * from "./number_element.ts";
export * from "./numbers.ts";
export * from "./pool.ts";
export * from "./priority_queue.ts";
export * from "./readonly_field.ts";
export { reference, type SelfReference } from "./reference.ts";
export * from "./slot_map.ts";
export * from "./sorted_map.ts";
export * from "./string_table.ts";
export * from "./soa_vector.ts";
export * from "./struct.ts";
export * from "./struct_types.ts";
export * from "./text.ts";
export * from "./union.ts";
export * from "./variable_element.ts";
export * from "./vector.ts";
export * from "./views.ts";
