/** A question that cannot be answered as it is asked. */
export class QueryError extends Error {
  override name = "QueryError";
}

/** A number of a query, which has to be from `least` to `most`; `otherwise` when it is left out. */
export function numberOf(
  query: URLSearchParams,
  name: string,
  [least, most]: readonly [number, number],
  otherwise?: number,
): number {
  const text = query.get(name);
  if (text === null && otherwise !== undefined) return otherwise;
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new QueryError(`Cannot take ${name}=${text ?? ""}: expected a number from ${least} to ${most}`);
}

/** The same of an integer. */
export function integerOf(
  query: URLSearchParams,
  name: string,
  range: readonly [number, number],
  otherwise?: number,
): number {
  const value = numberOf(query, name, range, otherwise);
  if (Number.isInteger(value)) return value;
  throw new QueryError(`Cannot take ${name}=${value}: expected an integer`);
}
