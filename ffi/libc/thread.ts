import { backend } from "../runtime/backend.ts";
import type { Address } from "../types.ts";
import { libc } from "./libc.ts";

let current: Address | undefined;

/** A number that tells the thread of this program from every other living one (`pthread_self`). */
export function threadId(): Address {
  if (current === undefined) {
    const handle = libc("threads").pthreadSelf();
    current = handle === null ? 0 : backend().toAddress(handle);
  }
  return current;
}
