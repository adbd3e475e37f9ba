/** How much light each byte of a pixel stands for, from 0 to 1 (sRGB). */
export const LIGHT: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

const STEPS = 4096;
const BYTES = Uint8Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = step / STEPS;
  return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
});

/** The byte that stands for light from 0 to 1. */
export function byteOf(light: number): number {
  return BYTES[Math.round(light * STEPS)]!;
}
