import type { Memory } from "../core/memory.ts";

/** A picture: three bytes for each pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Bytes that are no binary PPM. */
export class PictureError extends Error {
  override name = "PictureError";
}

const decoder = new TextDecoder("latin1");
const encoder = new TextEncoder();
/** Longer heads are none of a picture. */
const MOST_HEAD_BYTES = 1024;
/** Pixels of the longest side. */
const MOST_PIXELS = 32_767;

/** The picture that lies in the bytes of a binary PPM; throws `PictureError` for anything else. */
export function readPicture(bytes: Uint8Array): Picture {
  const head = decoder.decode(bytes.subarray(0, MOST_HEAD_BYTES));
  // Each number may have comments before it.
  const found = /^P6(?:\s+(?:#[^\n]*\n\s*)*)(\d+)(?:\s+(?:#[^\n]*\n\s*)*)(\d+)(?:\s+(?:#[^\n]*\n\s*)*)(\d+)\s/.exec(
    head,
  );
  if (found === null) throw new PictureError("Cannot read the picture: it does not begin as a binary PPM does");
  const [width, height, most] = found.slice(1).map(Number) as [number, number, number];
  if (!(width >= 1 && width <= MOST_PIXELS && height >= 1 && height <= MOST_PIXELS)) {
    throw new PictureError(`Cannot read the picture: ${width} × ${height} pixels, expected 1 to ${MOST_PIXELS} a side`);
  }
  if (most !== 255) throw new PictureError(`Cannot read the picture: its numbers go up to ${most}, expected 255`);
  const start = found[0].length;
  const length = width * height * 3;
  if (bytes.length - start !== length) {
    throw new PictureError(
      `Cannot read the picture: ${
        bytes.length - start
      } bytes follow its head, and ${width} × ${height} pixels have ${length}`,
    );
  }
  return { width, height, pixels: bytes.subarray(start) };
}

/** Room for a binary PPM, and the place of its pixels in it. */
export function makePicture(
  width: number,
  height: number,
  memory: Memory,
): { readonly file: Uint8Array<ArrayBuffer>; readonly pixels: Uint8Array } {
  const head = encoder.encode(`P6\n${width} ${height}\n255\n`);
  const file = memory.bytes(head.length + width * height * 3);
  file.set(head);
  return { file, pixels: file.subarray(head.length) };
}
