import { NumberElement } from "../../stl/elements/number_element.ts";
import { f64 } from "../../stl/elements/numbers.ts";

/**
 * A moment in milliseconds since 1970, stored as `f64`: as a number everywhere, and written as in ISO 8601 in CSV:
 * `2024-05-31T09:30:00.250Z`, with `+02:00` instead of `Z`, with a space instead of `T`, without a time or without
 * seconds. One without a zone is in UTC.
 */
export const timestamp: NumberElement<number, Float64ArrayConstructor> = new NumberElement({
  ...f64,
  name: "timestamp",
});
