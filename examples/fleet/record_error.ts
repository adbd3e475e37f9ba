/** A report that cannot be taken. */
export class RecordError extends Error {
  override name = "RecordError";
  /** How many reports came before it. */
  readonly index: number;
  /** Where it begins: a byte of binary records, a line from 1 on of JSON lines. */
  readonly place: { readonly byte: number } | { readonly line: number };

  /** Says why a report cannot be taken. */
  constructor(message: string, index: number, place: RecordError["place"]) {
    super(`Cannot take report ${index}: ${message}`);
    this.index = index;
    this.place = place;
  }
}
