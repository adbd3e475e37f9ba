import { f64, struct, u32 } from "../../../stl/mod.ts";

/** What the tests send. */
export const Item = struct({ sender: u32, index: u32, value: f64 }, { name: "Item" });
