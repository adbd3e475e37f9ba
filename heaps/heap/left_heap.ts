import { backend } from "../../ffi/runtime/backend.ts";
import { BlockStore } from "../core/block_store.ts";
import type { LeftHeap } from "../core/ended_realms.ts";
import { GivenStore } from "./_given_store.ts";
import { Heap } from "./heap.ts";

/** A heap that a Worker has left when it ended, as one of this thread. */
export function adoptLeftHeap({ address, users }: LeftHeap, name: string): Heap {
  return heapOver(name, new BlockStore(backend().toHandle(address)!, `heap "${name}"`, Infinity, users));
}

/** A heap of this thread called `name` over a store that it has taken over. */
export function heapOver(name: string, store: BlockStore): Heap {
  return new Heap(new GivenStore(name, store));
}
