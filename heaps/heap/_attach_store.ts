import { threadId } from "../../ffi/libc/thread.ts";
import { library } from "../../ffi/library/library.ts";
import { visitHeaps } from "../../ffi/library/visit_heaps.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";
import { BlockStore } from "../core/block_store.ts";
import { HeapUsers } from "../core/heap_users.ts";
import { openHeaps } from "../core/open_heaps.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";
import { ClosedError, WrongThreadError } from "../errors.ts";
import type { HeapTicket } from "./heap_ticket.ts";

/** Joins the users of a shared heap; throws as `Heap.attach()` says. */
export function attachStore(ticket: HeapTicket): BlockStore {
  const { name, address, thread } = ticket;
  const loaded = library();
  if (!loaded.sharedHeaps && thread !== threadId()) {
    throw new WrongThreadError(
      `Cannot use heap "${name}" on this thread: on mimalloc ${loaded.versionText} a heap belongs to the thread that ` +
        "made it, 3.6 shares heaps",
    );
  }
  checkSubprocess(ticket);
  const users = HeapUsers.of(ticket.users, address);
  const handle = backend().toHandle(address);
  if (handle === null || !users.enter()) throw new ClosedError(`Cannot use heap "${name}": it is destroyed`);
  // Not before: from here on a heap that is there stays.
  if (!isLive(address)) {
    users.leave();
    throw new ClosedError(`Cannot use heap "${name}": there is no heap at the address of its ticket`);
  }
  return new BlockStore(handle, `heap "${name}"`, Infinity, users);
}

// A ticket is data, which anyone can make up; C would crash on what is no heap.
function isLive(address: Address): boolean {
  const { toAddress } = backend();
  const subprocess = currentSubprocess();
  for (const store of openHeaps().keys()) {
    if (store.budget.subprocess === subprocess && toAddress(store.handle("attach")) === address) return true;
  }
  // Before 3.6 this thread has made the heap itself, so it was among them.
  const loaded = library();
  return loaded.sharedHeaps && visitHeaps(loaded.bind("subprocesses").subprocCurrent()).includes(address);
}

function checkSubprocess({ name, subprocess }: HeapTicket): void {
  const { address, label } = currentSubprocess();
  if (subprocess === address) return;
  const home = subprocess === 0 ? "the main sub-process" : "another sub-process";
  throw new Error(`Cannot use heap "${name}" on this thread: it lies in ${home} and the thread is in ${label}`);
}
