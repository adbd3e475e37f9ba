/** Where and in which column a file is not what was expected. */
export interface CsvErrorOptions extends ErrorOptions {
  /** The line, from 1 on. */
  readonly line: number;
  /** The character in its line, from 1 on. */
  readonly column: number;
  /** The name of the column, where the fault lies in one. */
  readonly field?: string | undefined;
}

/** Thrown for a file that is no CSV, or holds something else than its columns were said to. */
export class CsvError extends Error {
  /** The name of the class. */
  override readonly name = "CsvError";
  /** The line of the fault, from 1 on; each line feed begins one, those inside of quotes too. */
  readonly line: number;
  /** The character of the fault in its line, from 1 on. */
  readonly column: number;
  /** The name of the column, where the fault lies in one. */
  readonly field: string | undefined;

  /** Makes an error from a message, and the place that it is about. */
  constructor(message: string, { line, column, field, ...options }: CsvErrorOptions) {
    super(message, options);
    this.line = line;
    this.column = column;
    this.field = field;
  }
}
