import { realmOf } from "../../ffi/libc/realms.ts";
import type { BlockStore } from "./block_store.ts";
import { placeOfBlock } from "./handed_block.ts";
import { isEntryOf, storeDetail } from "./open_heaps.ts";
import { realmIn } from "./ownership.ts";
import { SharedEntry } from "./shared_entry.ts";

/** What the threads are called that use the heap of a store besides it: as theirs, or by blocks of it that they have. */
export function holdersOf(store: BlockStore): string[] {
  const { users } = store;
  if (users === undefined || users.alone) return [];
  const place = users.entry.reference + 1;
  const names = new Set<string>();
  for (const entry of SharedEntry.all()) {
    const { kind } = entry.thing;
    const held = kind === "store" ? entry.detail(storeDetail.users) : kind === "block" ? placeOfBlock(entry) : 0;
    if (held !== place || isEntryOf(store, entry)) continue;
    // It may be over by now.
    const { count } = entry;
    if (count > 0) names.add(nameOf(realmIn(count)));
  }
  return [...names];
}

function nameOf(number: number): string {
  const realm = realmOf(number);
  if (realm === undefined) return `worker ${number}`;
  return realm.alive ? realm.name : `${realm.name} (ended)`;
}
