// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What examples/images.ts has to answer, written again: colour by colour, in ordinary arrays.
import { Buffer } from "node:buffer";

/**
 * @param {Buffer} file a binary PPM as scripts/generate_pictures.mjs writes it
 * @param {number} width
 * @returns {Buffer}
 */
export function referenceResize(file, width) {
  const [, columns, rows] = /^P6\n(\d+) (\d+)\n255\n/.exec(file.subarray(0, 40).toString("latin1")).map(Number);
  const pixels = file.subarray(file.length - columns * rows * 3);
  const height = Math.max(1, Math.round(rows * width / columns));
  const bytes = Buffer.alloc(width * height * 3);
  const light = new Float32Array(columns);
  const narrow = Array.from({ length: width }, () => new Float32Array(rows));
  for (const colour of [0, 1, 2]) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) light[x] = LIGHT[pixels[(y * columns + x) * 3 + colour]];
      for (let x = 0; x < width; x++) narrow[x][y] = mean(light, x, columns / width, (sum) => sum);
    }
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        bytes[(y * width + x) * 3 + colour] = byteOf(mean(narrow[x], y, rows / height, Math.fround));
      }
    }
  }
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), bytes]);
}

/** The mean of what place number `index` covers of `values`, `share` of them. */
function mean(values, index, share, round) {
  const [from, to] = [index * share, (index + 1) * share];
  let sum = 0;
  for (let at = Math.floor(from); at < to && at < values.length; at++) {
    sum = round(sum + values[at] * ((Math.min(at + 1, to) - Math.max(at, from)) / share));
  }
  return sum;
}

const LIGHT = Array.from({ length: 256 }, (_, byte) => {
  const share = byte / 255;
  return Math.fround(share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
});

function byteOf(light) {
  const step = Math.round(Math.min(1, light) * 4096) / 4096;
  return Math.round(255 * (step <= 0.0031308 ? step * 12.92 : 1.055 * step ** (1 / 2.4) - 0.055));
}
