import type { Write } from "../elements/parts_writer.ts";
import type { ByteRange } from "./layout.ts";

/** Above this a scratch is not kept: it would stay for as long as the element does. */
const MOST_KEPT = 65_536;
/** From here on it is faster to make two arrays than to copy word by word. */
const MANY = 256;

function copyRange(from: DataView<ArrayBuffer>, to: DataView<ArrayBuffer>, shift: number, range: ByteRange): void {
  const { byteOffset, byteLength, parts, step = byteLength } = range;
  if (parts !== undefined) {
    for (let at = byteOffset; at < byteOffset + byteLength; at += step) {
      for (const part of parts) copyRange(from, to, shift, { ...part, byteOffset: at + part.byteOffset });
    }
    return;
  }
  if (byteLength >= MANY) {
    const target = new Uint8Array(to.buffer, to.byteOffset + shift + byteOffset, byteLength);
    return target.set(new Uint8Array(from.buffer, from.byteOffset + byteOffset, byteLength));
  }
  const end = byteOffset + byteLength;
  let at = byteOffset;
  for (; at + 4 <= end; at += 4) to.setInt32(shift + at, from.getInt32(at));
  for (; at < end; at++) to.setUint8(shift + at, from.getUint8(at));
}

/** Copies `ranges` of what is at the start of `from` to where `byteOffset` is in `to`. */
export function copyRanges(
  from: DataView<ArrayBuffer>,
  to: DataView<ArrayBuffer>,
  byteOffset: number,
  ranges: readonly ByteRange[],
): void {
  for (const range of ranges) copyRange(from, to, byteOffset, range);
}

/**
 * What stores a value of `byteLength` bytes in one go, where `writeParts` stores part by part: so a value of which a
 * later part is refused changes nothing, nor does it mix with what getters of it store there.
 */
export function writeWhole<T>(writeParts: Write<T>, byteLength: number, ranges: readonly ByteRange[]): Write<T> {
  let spare: DataView<ArrayBuffer> | undefined;
  return (view, byteOffset, value) => {
    // A getter of the value may store another one meanwhile.
    const scratch = spare ?? new DataView(new ArrayBuffer(byteLength));
    spare = undefined;
    writeParts(scratch, 0, value);
    copyRanges(scratch, view, byteOffset, ranges);
    if (byteLength <= MOST_KEPT) spare = scratch;
  };
}
