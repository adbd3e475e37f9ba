/** Texts up to this long are looked at character by character: TextEncoder takes 70 ns before it begins in Deno. */
const SHORT = 64;

/**
 * Bytes of a short text in UTF-8; -1 for a long one and for one with surrogates, which TextEncoder knows how to pair, and 0
 * for an empty one.
 */
export function shortByteLength(source: string): number {
  const { length } = source;
  if (length > SHORT) return -1;
  let byteLength = length;
  for (let index = 0; index < length; index++) {
    const unit = source.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) byteLength++;
    else if ((unit & 0xf800) === 0xd800) return -1;
    else byteLength += 2;
  }
  return byteLength;
}

/** Puts a text for which {@linkcode shortByteLength} is positive into the first bytes of `view`. */
export function writeShort(source: string, view: Uint8Array): void {
  const { length } = source;
  let at = 0;
  for (let index = 0; index < length; index++) {
    const unit = source.charCodeAt(index);
    if (unit < 0x80) {
      view[at++] = unit;
    } else if (unit < 0x800) {
      view[at++] = 0xc0 | unit >> 6;
      view[at++] = 0x80 | unit & 0x3f;
    } else {
      view[at++] = 0xe0 | unit >> 12;
      view[at++] = 0x80 | unit >> 6 & 0x3f;
      view[at++] = 0x80 | unit & 0x3f;
    }
  }
}
