import { radixOrder } from "./_radix_sort.ts";

const SIGN = 0x80000000;
/** Whether the first half of 64 bits is the higher one. */
const HIGH_FIRST = new Uint8Array(new Uint32Array([1]).buffer)[0] === 0;

/** The halves of 64-bit keys. */
function halvesOf({ buffer, length }: Float64Array | BigInt64Array, flip: boolean): [Uint32Array, Uint32Array] {
  const halves = new Uint32Array(buffer);
  const [high, low] = [new Uint32Array(length), new Uint32Array(length)];
  for (let index = 0; index < length; index++) {
    high[index] = halves[2 * index + (HIGH_FIRST ? 0 : 1)]! ^ (flip ? SIGN : 0);
    low[index] = halves[2 * index + (HIGH_FIRST ? 1 : 0)]!;
  }
  return [high, low];
}

/** Keys of doubles: all bits are turned over in negative ones, the sign alone in others. */
function floatKeys(values: Float64Array): [Uint32Array, Uint32Array] {
  const [high, low] = halvesOf(values, false);
  for (let index = 0; index < high.length; index++) {
    const negative = high[index]! >= SIGN;
    high[index]! ^= negative ? 0xffffffff : SIGN;
    if (negative) low[index]! ^= 0xffffffff;
  }
  return [high, low];
}

function numberKeys(values: Float64Array): [Uint32Array, Uint32Array?] {
  let [least, most, whole] = [0, 0, true];
  for (let index = 0; index < values.length && whole; index++) {
    const value = values[index]!;
    whole = Number.isInteger(value) && !Object.is(value, -0);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (whole && least >= 0 && most < 2 ** 32) return [Uint32Array.from(values)];
  if (whole && least >= -SIGN && most < SIGN) return [Uint32Array.from(values, (value) => value ^ SIGN)];
  return floatKeys(values);
}

function bigintKeys(values: BigInt64Array, signed: boolean): [Uint32Array, Uint32Array] {
  return halvesOf(values, signed);
}

function invert(keys: Uint32Array | undefined): void {
  if (keys !== undefined) { for (let index = 0; index < keys.length; index++) keys[index] = ~keys[index]!; }
}

function textOrder(values: readonly string[], descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1;
  const order = Uint32Array.from(values, (_, index) => index);
  return order.sort((a, b) => {
    const [one, other] = [values[a]!, values[b]!];
    return one < other ? -sign : one > other ? sign : 0;
  });
}

/** Fills `list` with what `read` gives. */
function collect<T, L extends { [index: number]: T }>(list: L, length: number, read: (index: number) => unknown): L {
  for (let index = 0; index < length; index++) list[index] = read(index) as T;
  return list;
}

/**
 * The indexes from 0 to before `length` in the order of what `read` gives for them: numbers, booleans, bigints or
 * texts. Equal ones keep their order; NaN is the largest number.
 */
export function orderOf(length: number, read: (index: number) => unknown, descending: boolean): Uint32Array {
  if (length === 0) return new Uint32Array(0);
  const kind = typeof read(0);
  if (kind === "string") return textOrder(collect<string, string[]>([], length, read), descending);
  let keys: [Uint32Array, Uint32Array?];
  if (kind === "bigint") {
    const values = collect<bigint, BigInt64Array<ArrayBuffer>>(new BigInt64Array(length), length, read);
    let signed = false;
    for (let index = 0; index < length && !signed; index++) signed = (read(index) as bigint) < 0n;
    keys = bigintKeys(values, signed);
  } else if (kind === "number" || kind === "boolean") {
    keys = numberKeys(collect<number, Float64Array>(new Float64Array(length), length, read));
  } else throw new TypeError(`Cannot sort: expected numbers, booleans or texts, got a value of type ${kind}`);
  if (descending) keys.forEach(invert);
  return radixOrder(...keys);
}
