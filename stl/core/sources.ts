import { plainView } from "./plain_view.ts";
import { shown } from "./refuse.ts";

/** What many values can be taken from. */
export type Source<T> = Iterable<T> | ArrayLike<T>;

/** More than fit into any block. */
const MOST_VALUES = 2 ** 32;

/**
 * `values` as a list whose elements are the same when what they are pushed onto changes: an array as it is, a typed
 * array as the engine knows it, any other iterable read to its end.
 *
 * Throws `ClosedError` for a typed array whose memory was taken back, `TypeError` for what is none, `RangeError` for a length that no list has.
 */
export function listOf<T>(values: Source<T>, label: string): ArrayLike<T> {
  if (Array.isArray(values)) return values as ArrayLike<T>;
  if (ArrayBuffer.isView(values) && !(values instanceof DataView)) {
    return plainView(values, `push onto a ${label} the values of`) as unknown as ArrayLike<T>;
  }
  const given = values as Partial<Iterable<T> & ArrayLike<T>> | null | undefined;
  if (typeof given?.[Symbol.iterator] === "function") return Array.from(values as Iterable<T>);
  const length = typeof given === "object" && given !== null ? given.length : undefined;
  if (typeof length !== "number") {
    throw new TypeError(
      `Cannot push onto a ${label}: expected an iterable or an array of values, got ${shown(values)}`,
    );
  }
  if (Number.isInteger(length) && length >= 0 && length < MOST_VALUES) return values as ArrayLike<T>;
  throw new RangeError(`Cannot push ${length} values onto a ${label}: expected a length from 0 to ${MOST_VALUES - 1}`);
}
