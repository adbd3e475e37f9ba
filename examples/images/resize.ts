import type { Memory } from "../core/memory.ts";
import { byteOf, LIGHT } from "./light.ts";
import { makePicture, type Picture } from "./picture.ts";

/**
 * A binary PPM of `width` pixels a row: each pixel is the mean of the light of those that it covers. All that is made
 * on the way lies in `memory`: the light of the picture, that of its rows made shorter, and the answer.
 */
export function resize(picture: Picture, width: number, memory: Memory): Uint8Array<ArrayBuffer> {
  const height = Math.max(1, Math.round(picture.height * width / picture.width));
  const light = lightOf(picture, memory);
  const narrow = shortenRows(light, picture, width, memory);
  const { file, pixels } = makePicture(width, height, memory);
  meanOfRows(narrow, picture.height, width, height, pixels, memory);
  return file;
}

function lightOf({ pixels }: Picture, memory: Memory): Float32Array {
  const { length } = pixels;
  const light = memory.floats(length);
  for (let i = 0; i < length; i++) light[i] = LIGHT[pixels[i]!]!;
  return light;
}

/** The same rows with `width` pixels each. */
function shortenRows(light: Float32Array, picture: Picture, width: number, memory: Memory): Float32Array {
  const narrow = memory.floats(picture.height * width * 3);
  const share = picture.width / width;
  for (let x = 0; x < width; x++) {
    const [from, to] = [x * share, (x + 1) * share];
    for (let y = 0; y < picture.height; y++) {
      const row = y * picture.width * 3;
      let [red, green, blue] = [0, 0, 0];
      for (let at = Math.floor(from); at < to && at < picture.width; at++) {
        const part = (Math.min(at + 1, to) - Math.max(at, from)) / share;
        const pixel = row + at * 3;
        red += light[pixel]! * part;
        green += light[pixel + 1]! * part;
        blue += light[pixel + 2]! * part;
      }
      const pixel = (y * width + x) * 3;
      narrow[pixel] = red;
      narrow[pixel + 1] = green;
      narrow[pixel + 2] = blue;
    }
  }
  return narrow;
}

/** Writes `height` rows, each the mean of those that it covers. */
function meanOfRows(
  narrow: Float32Array,
  rows: number,
  width: number,
  height: number,
  pixels: Uint8Array,
  memory: Memory,
): void {
  const row = memory.floats(width * 3);
  const share = rows / height;
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * share, (y + 1) * share];
    row.fill(0);
    for (let at = Math.floor(from); at < to && at < rows; at++) {
      const part = (Math.min(at + 1, to) - Math.max(at, from)) / share;
      const start = at * width * 3;
      for (let i = 0; i < row.length; i++) row[i]! += narrow[start + i]! * part;
    }
    const start = y * width * 3;
    for (let i = 0; i < row.length; i++) pixels[start + i] = byteOf(Math.min(1, row[i]!));
  }
}
