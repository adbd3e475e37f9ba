/** What both arms call; pointers are whatever the binding has for them. */
export interface Sqlite {
  /** Opens a database in memory. */
  open(): unknown;
  exec(database: unknown, statement: string): void;
  prepare(database: unknown, statement: string): unknown;
  bindText(statement: unknown, place: number, text: Uint8Array<ArrayBuffer>, byteLength: number): number;
  bindDouble(statement: unknown, place: number, value: number): number;
  bindInt(statement: unknown, place: number, value: number): number;
  step(statement: unknown): number;
  reset(statement: unknown): number;
  columnDouble(statement: unknown, place: number): number;
}

/** Tells SQLite to copy a text before it returns. */
export const TRANSIENT = -1;
/** The name of the library. */
export const LIBRARY = "libsqlite3.so.0";

/** `text` with its zero byte. */
export function cText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
