import type { Random } from "../../fuzz/_random.ts";

/** `bytes` as a stream of pieces, each of which is reused for the next: nobody may keep them. */
export async function* piecesOf(bytes: Uint8Array, random: Random, longest: number): AsyncIterable<Uint8Array> {
  const window = new Uint8Array(longest);
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + random.below(longest + 1));
    window.set(piece);
    at += piece.length;
    yield window.subarray(0, piece.length);
    window.fill(0x22);
    if (random.once(4)) await Promise.resolve();
  }
}
