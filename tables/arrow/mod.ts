/**
 * Tables from and to Apache Arrow, whose module apache-arrow the program brings.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, SoaVector, u32 } from "@mimalloc/ffi/stl";
 * import { fromArrow, toArrow } from "@mimalloc/ffi/tables/arrow";
 * import assert from "node:assert/strict";
 * import * as arrow from "apache-arrow";
 *
 * using heap = new Heap({ name: "trades" });
 * const columns = { amount: u32, price: f64 };
 * const trades = new SoaVector(columns, { allocator: heap });
 * trades.push({ amount: 3, price: 10.5 });
 * const table = toArrow(arrow, trades);
 * using same = fromArrow(table, columns, { allocator: heap });
 * same.rows.column("amount")[0] = 4;
 * assert.equal(trades.get(0).amount, 4);
 * ```
 *
 * @module
 */
export * from "./arrow_module.ts";
export * from "./from_arrow.ts";
export * from "./to_arrow.ts";
