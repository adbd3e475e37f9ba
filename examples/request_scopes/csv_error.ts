import { LINE_FEED } from "./characters.ts";

/** A file that is not what was promised, with the place where it is not. */
export class CsvError extends Error {
  override name = "CsvError";
  /** Line of the fault, the first one is 1. */
  readonly line: number;
  /** Character of the fault in its line, the first one is 1. */
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/**
 * The error for the byte at `offset`.
 *
 * The parser keeps one offset and no line numbers: counting them again is
 * cheaper than counting them always, because a file fails once at most.
 */
export function csvErrorAt(
  bytes: Uint8Array,
  start: number,
  offset: number,
  message: string,
): CsvError {
  let line = 1;
  let column = 1;
  for (let index = start; index < offset; index++) {
    const byte = bytes[index]!;
    if (byte === LINE_FEED) {
      line++;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      column++;
    }
  }
  return new CsvError(message, line, column);
}
