import { CHECKSUMS } from "../core/handed_view.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import type { HandedContents } from "./message.ts";

/**
 * A checksum of what a message says of a block of a container. It stands in the memory of the process, so that nothing
 * but what was sent is put together on the other side: the message itself is data that anyone can change.
 */
export function checksumFor({ label, shape, numbers, keys }: HandedContents, block: number): number {
  const empty = keys.map((key) => Number(key === null));
  return fingerprintOf(`${label} ${shape} ${numbers.join()} ${empty.join()} ${block}`) % (CHECKSUMS - 1) + 1;
}
