import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import type { Address } from "../types.ts";
import { libc } from "./libc.ts";

/** Keeps memory from being moved out to a disk (`mlock`); false when the system does not permit it. */
export function lockPages(address: Address, byteLength: number): boolean {
  return libc("locking").mlock(backend().toHandle(address), byteLength) === 0;
}

/** Ends {@linkcode lockPages}. */
export function unlockPages(address: Address, byteLength: number): void {
  libc("locking").munlock(backend().toHandle(address), byteLength);
}

/** The most bytes that the process may lock without a privilege (`RLIMIT_MEMLOCK`); `Infinity` when there is no limit. */
export function lockLimit(): number {
  const resource = currentPlatform().os === "darwin" ? 6 : 8;
  const limits = new BigUint64Array(2);
  libc("locking").getrlimit(resource, limits);
  const soft = Number(limits[0]);
  return soft > Number.MAX_SAFE_INTEGER ? Infinity : soft;
}
