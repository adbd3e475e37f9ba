// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { generatePicture } from "../../generate_pictures.mjs";
import { referenceResize } from "./reference_resize.mjs";

const WIDTH = 320;

/**
 * Pictures for examples/images.ts, with the answers that they have to get.
 *
 * @returns {import("./compare_arms.mjs").Job}
 */
export function imagesJob(seed) {
  const sizes = [[1600, 1200], [1200, 1600], [1500, 1000], [1366, 768]];
  const files = sizes.map(([width, height], index) => {
    const body = generatePicture({ width, height, seed: seed * 100 + index });
    return { name: `picture ${index}`, body, expected: referenceResize(body, WIDTH) };
  });
  return {
    name: "pictures made smaller",
    example: "images",
    path: `/resize?width=${WIDTH}`,
    connections: 4,
    rounds: 2,
    warmUp: 1_000,
    round: 1_500,
    shares: [["picture", 1000]],
    files,
  };
}
