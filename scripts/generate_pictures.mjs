// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types no-console
// Writes pictures for examples/images.ts.
import { Buffer } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { seededRandom } from "./generate_measurements.mjs";

/**
 * A picture of waves of light as a binary PPM, the same one for the same seed.
 *
 * @param {{ width: number, height: number, seed: number }} options
 * @returns {Buffer}
 */
export function generatePicture({ width, height, seed }) {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 3 }, () => [random() / 20, random() / 20, random() * 6]);
  const head = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const pixels = Buffer.alloc(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const [across, down, shift] of waves) {
        pixels[at++] = Math.round(127.5 + 100 * Math.sin(x * across + y * down + shift) + 27 * random());
      }
    }
  }
  return Buffer.concat([head, pixels]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = ".data/pictures";
  mkdirSync(directory, { recursive: true });
  for (let seed = 0; seed < 4; seed++) {
    const file = join(directory, `${seed}.ppm`);
    writeFileSync(file, generatePicture({ width: 1600, height: 1200, seed }));
    console.log(`Wrote ${file}`);
  }
}
