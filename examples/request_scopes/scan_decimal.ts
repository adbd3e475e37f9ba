import { MINUS, POINT, ZERO } from "./characters.ts";

/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from(
  { length: 23 },
  (_, power) => Number(`1e${power}`),
);

/**
 * Reads digits, with a sign and a decimal point perhaps, and stores the number
 * in `column[row]`.
 *
 * A mantissa below 2^53 divided by a power of ten up to 10^22 is one correctly
 * rounded operation on two exact numbers, and therefore exactly what
 * `Number()` gives. The number goes into the column instead of being returned:
 * a returned double is an object on the heap wherever V8 does not inline.
 *
 * @returns the index behind the last character of the number, or -1 when there
 * is none or when it is too long for this way
 */
export function scanDecimal(
  bytes: Uint8Array,
  start: number,
  column: Float64Array,
  row: number,
): number {
  let position = start;
  if (bytes[position] === MINUS) position++;
  const first = position;
  let mantissa = 0;
  let digit = bytes[position]! ^ ZERO;
  while (digit <= 9) {
    mantissa = mantissa * 10 + digit;
    digit = bytes[++position]! ^ ZERO;
  }
  let digits = position - first;
  let decimals = 0;
  if (digit === (POINT ^ ZERO)) {
    const point = position;
    digit = bytes[++position]! ^ ZERO;
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++position]! ^ ZERO;
    }
    decimals = position - point - 1;
    digits += decimals;
  }
  if (digits === 0 || decimals > 22 || mantissa > Number.MAX_SAFE_INTEGER) {
    return -1;
  }
  const value = mantissa / POWERS_OF_TEN[decimals]!;
  column[row] = first === start ? value : -value;
  return position;
}
