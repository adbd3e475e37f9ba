import { LINE_FEED } from "./_characters.ts";

/** Line and character of the byte at `at`, where the byte at `start` is the first one of `line`. */
export function placeOf(
  bytes: Uint8Array,
  start: number,
  at: number,
  line: number,
): { readonly line: number; readonly column: number } {
  let place = { line, column: 1 };
  for (let index = start; index < at; index++) {
    const byte = bytes[index]!;
    if (byte === LINE_FEED) place = { line: place.line + 1, column: 1 };
    else if ((byte & 0xc0) !== 0x80) place.column++;
  }
  return place;
}
