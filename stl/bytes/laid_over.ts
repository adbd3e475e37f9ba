import { BorrowedBytes, type OverOptions } from "../core/borrowed_bytes.ts";
import type { ContainerOptions } from "../core/storage.ts";
import type { ByteReader } from "./byte_reader.ts";

/** What a container that can lie over bytes has beside its public methods. */
interface Laid {
  /** Lies over the sections of bytes that were looked through. */
  lieOver(reader: ByteReader): void;
}

/** The container that `make` makes, over the bytes that `reader` has looked through. */
export function laidOver<C>(
  reader: ByteReader,
  options: OverOptions | undefined,
  make: (options: ContainerOptions) => C,
): C {
  const { allocator, owned = false } = options ?? {};
  const container = make({ allocator: new BorrowedBytes(new Set([reader.buffer]), allocator), owned });
  (container as unknown as Laid).lieOver(reader);
  return container;
}
