// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What examples/images.ts has to answer, written again: pixel by pixel, in ordinary arrays.
import { Buffer } from "node:buffer";

const { fround } = Math;

/**
 * @param {Buffer} file a binary PPM as scripts/generate_pictures.mjs writes it
 * @param {number} width
 * @returns {Buffer}
 */
export function referenceResize(file, width) {
  const [, columns, rows] = /^P6\n(\d+) (\d+)\n255\n/.exec(file.subarray(0, 40).toString("latin1")).map(Number);
  const pixels = file.subarray(file.length - columns * rows * 3);
  const height = Math.max(1, Math.round(rows * width / columns));
  const narrow = Array.from(
    { length: rows },
    (_, y) =>
      Array.from(
        { length: width },
        (_, x) =>
          [0, 1, 2].map((colour) =>
            fround(mean(x, columns / width, columns, (at) => lightOf(pixels[(y * columns + at) * 3 + colour])))
          ),
      ),
  );
  const bytes = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const colour of [0, 1, 2]) {
        bytes.push(byteOf(mean(y, rows / height, rows, (at) => narrow[at][x][colour], fround)));
      }
    }
  }
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.from(bytes)]);
}

/** The mean of what place number `index` covers of `end` places, `share` of them. */
function mean(index, share, end, valueOf, round = (sum) => sum) {
  const [from, to] = [index * share, (index + 1) * share];
  let sum = 0;
  for (let at = Math.floor(from); at < to && at < end; at++) {
    sum = round(sum + valueOf(at) * ((Math.min(at + 1, to) - Math.max(at, from)) / share));
  }
  return sum;
}

function lightOf(byte) {
  const share = byte / 255;
  return fround(share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
}

function byteOf(light) {
  const step = Math.round(Math.min(1, light) * 4096) / 4096;
  return Math.round(255 * (step <= 0.0031308 ? step * 12.92 : 1.055 * step ** (1 / 2.4) - 0.055));
}
