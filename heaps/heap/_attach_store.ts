import { realmNumber } from "../../ffi/libc/process_words.ts";
import { library } from "../../ffi/library/library.ts";
import { visitHeaps } from "../../ffi/library/visit_heaps.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";
import { BlockStore } from "../core/block_store.ts";
import { HeapUsers } from "../core/heap_users.ts";
import { noteHeap, openHeaps, prepareHeap } from "../core/open_heaps.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";
import { ClosedError, WrongThreadError } from "../errors.ts";

/** Joins the users of the shared heap that the `key` of a ticket stands for; throws as `Heap.attach()` says. */
export function attachStore(name: string, key: unknown): BlockStore {
  const loaded = library();
  const users = HeapUsers.of(key, "heap");
  if (users === undefined) throw new ClosedError(`Cannot use heap "${name}": it is destroyed`);
  const { address, subprocess, realm } = users.thing;
  // The number of a thread and the address of a heap come back when a thread has ended, that of a realm never does.
  if (!loaded.sharedHeaps && realm !== realmNumber()) {
    throw new WrongThreadError(
      `Cannot use heap "${name}" on this thread: on mimalloc ${loaded.versionText} a heap belongs to the thread that ` +
        "made it, 3.3 and newer share heaps",
    );
  }
  checkSubprocess(name, subprocess);
  prepareHeap(subprocess, users);
  const isUser = users.enter();
  noteHeap(isUser ? address : 0);
  if (!isUser) throw new ClosedError(`Cannot use heap "${name}": it is destroyed`);
  // Not before: from here on a heap that is there stays.
  if (!isLive(address)) {
    noteHeap(0);
    users.leave();
    throw new ClosedError(`Cannot use heap "${name}": it went with its thread or sub-process`);
  }
  return new BlockStore(backend().toHandle(address)!, `heap "${name}"`, Infinity, users);
}

// A thread that was killed has left its count behind, but on 3.0 and 2.x not its heaps.
function isLive(address: Address): boolean {
  const { toAddress } = backend();
  const subprocess = currentSubprocess();
  for (const store of openHeaps().keys()) {
    if (store.budget.subprocess === subprocess && toAddress(store.handle("attach")) === address) return true;
  }
  // Before 3.3 this thread has made the heap itself, so it was among them.
  const loaded = library();
  return loaded.sharedHeaps && visitHeaps(loaded.bind("subprocesses").subprocCurrent()).includes(address);
}

function checkSubprocess(name: string, wanted: Address): void {
  const { address, label } = currentSubprocess();
  if (wanted === address) return;
  const place = wanted === 0 ? "the main sub-process" : "another sub-process";
  throw new Error(`Cannot use heap "${name}" on this thread: it lies in ${place} and the thread is in ${label}`);
}
