import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { ThreadMark } from "../../../ffi/libc/realms.ts";
import {
  PAGE_WORDS,
  processWord,
  processWords,
  REALM_PAGES,
  realmNumber,
  SHARED_PAGES,
} from "../../../ffi/libc/process_words.ts";
import { HeapUsers } from "../../../heaps/core/heap_users.ts";
import { SharedEntry } from "../../../heaps/core/shared_entry.ts";
import { Heap, library, visitHeaps } from "../../../mod.ts";
import { u32 } from "../../../stl/mod.ts";
import { whenThreadIsGone } from "../../../threads/core/thread_end.ts";
import { CLAIMED, word } from "../../../threads/channel/_words.ts";
import { Channel, endWorkers, SharedView, threads } from "../../../threads/mod.ts";
import type { Given } from "./_killed_worker.ts";

/** On Linux alone the system tells that a thread is gone. */
const options = { skip: process.platform === "linux" ? false : "nothing tells that a thread has ended" };
const { sharedHeaps } = library();

/** Starts a Worker; what this resolves to kills it. */
async function start(given: Given): Promise<() => Promise<void>> {
  const worker = new Worker(new URL("./_killed_worker.ts", import.meta.url), { workerData: given });
  const [mark] = await once(worker, "message") as [ThreadMark];
  return async () => {
    await worker.terminate();
    await whenThreadIsGone(mark);
  };
}

async function kill(given: Given): Promise<void> {
  await (await start(given))();
}

/** Ends what was killed; which of `names` that was. */
function ended(names: readonly string[], policy: Parameters<typeof endWorkers>[0] = "destroy"): string[] {
  // Those of other files may end meanwhile.
  return endWorkers(policy).map(({ name }) => name).filter((name) => names.includes(name)).sort();
}

const REALM_WORDS = 32;
const ENTRY_WORDS = 16;

/** The words of all places of a list in memory of the process. */
function placesOf({ first, count }: { first: number; count: number }, words: number): BigUint64Array<ArrayBuffer>[] {
  return Array.from({ length: count * PAGE_WORDS / words }, (_, index) => {
    const page = processWords(first + Math.floor(index * words / PAGE_WORDS))!;
    const at = index * words % PAGE_WORDS;
    return page.subarray(at, at + words);
  });
}

/** Entries of what threads share that are not free. */
function countEntries(): number {
  return placesOf(SHARED_PAGES, ENTRY_WORDS).filter(([state]) => state! % 2n ** 32n !== 0n).length;
}

/** Fills the list of realms with this one until the end of `using`. */
function fillRealms(): Disposable {
  threads();
  const places = placesOf(REALM_PAGES, REALM_WORDS);
  const own = places.find((place) => Number(place[1]) === realmNumber() && place[0] !== 0n)!;
  // Those of Workers too that end at any moment, because theirs can be taken then.
  const filled = places.filter((place) => place !== own).map((place) => ({ place, before: place.slice() }));
  for (const { place } of filled) place.set(own);
  return {
    [Symbol.dispose](): void {
      for (const { place, before } of filled) if (place[0] === own[0]) place.set(before);
    },
  };
}

test("a Worker that is killed while it attaches a heap does not take it from the others", options, async () => {
  if (!sharedHeaps) return;
  endWorkers("destroy");
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const ticket = heap.share();
  const before = countHeaps();
  await kill({ name: "attaching", todo: "attach heap", ticket });
  assert.deepEqual(ended(["attaching"]), ["attaching"]);
  assert.equal(countHeaps(), before);
  assert.ok(view.every((byte) => byte === 7));
});

/** Heaps of mimalloc, where it tells them. */
function countHeaps(): number {
  let count = 0;
  if (library().has("mi_subproc_visit_heaps")) visitHeaps(() => void count++);
  return count;
}

for (const todo of ["make heap", "destroy heap"] as const) {
  test(`a Worker that is killed between the steps of this leaves no heap: ${todo}`, options, async () => {
    if (!sharedHeaps) return;
    endWorkers("destroy");
    const [heaps, entries] = [countHeaps(), countEntries()];
    await kill({ name: todo, todo });
    if (library().has("mi_subproc_visit_heaps")) assert.equal(countHeaps(), heaps + 1);
    assert.deepEqual(ended([todo]), [todo]);
    assert.deepEqual([countHeaps(), countEntries()], [heaps, entries]);
  });
}

test("a Worker that is killed between the steps of joining a heap is a user of it no more", options, async () => {
  if (!sharedHeaps) return;
  endWorkers("destroy");
  const heaps = countHeaps();
  const heap = new Heap();
  await kill({ name: "joining", todo: "join heap", ticket: heap.share() });
  assert.deepEqual(heap.users, ["joining (ended)"]);
  assert.deepEqual(ended(["joining"]), ["joining"]);
  assert.ok(await heap.whenAlone());
  heap.destroy();
  assert.equal(countHeaps(), heaps);
});

test("a Worker that finds no room in the list of threads is not taken for ended", options, async () => {
  using full = fillRealms();
  using shared = new SharedView(Uint8Array, 1000);
  const end = await start({ name: "unlisted", todo: "attach view", ticket: shared.share() });
  full[Symbol.dispose]();
  assert.equal(shared.users.length, 1);
  assert.match(shared.users[0]!, /^worker \d+$/);
  assert.throws(() => shared.close(), /the threads "worker \d+" use it/);
  await end();
  shared.close();
  assert.ok(shared.closed);
});

test("what a Worker was about to enter into the lists when it was killed is free again", options, async () => {
  endWorkers("destroy");
  const before = countEntries();
  await kill({ name: "claiming", todo: "claim entry" });
  assert.ok(countEntries() > before);
  assert.deepEqual(ended(["claiming"]), ["claiming"]);
  assert.equal(countEntries(), before);

  const places = placesOf(REALM_PAGES, REALM_WORDS);
  const used = (): number => places.filter(([state]) => state !== 0n).length;
  const realms = used();
  await kill({ name: "unnamed", todo: "claim realm" });
  assert.equal(used(), realms + 1);
  const claimed = places.find(([state]) => state! % 4n === 1n)!;
  const words = claimed.slice();
  using _full = fillRealms();
  claimed.set(words);
  using shared = new SharedView(Uint8Array, 1000);
  const end = await start({ name: "next", todo: "attach view", ticket: shared.share() });
  assert.deepEqual(shared.users, ["next"]);
  await end();
  assert.deepEqual(ended(["next"]), ["next"]);
});

test("a place in the list of arenas that a Worker was about to write is free again", options, async () => {
  endWorkers("destroy");
  const [words] = placesOf({ first: 0, count: 1 }, PAGE_WORDS);
  const used = (): number =>
    words!.filter((state, at) => at % 4 === 0 && at >= processWord.headEnd && state > 0n).length;
  const before = used();
  await kill({ name: "reserving", todo: "claim range" });
  assert.equal(used(), before + 1);
  assert.deepEqual(ended(["reserving"]), ["reserving"]);
  assert.equal(used(), before);
});

/** Attaches something so that it gets the number of a member that is over. */
function reuse<T extends Disposable>(member: number, attach: () => T): T {
  for (let attempt = 0; attempt < 1000; attempt++) {
    processWords()![processWord.nextShared] = BigInt(member);
    const attached = attach();
    // Others may take the entry first.
    if (SharedEntry.usedAt(member)?.realm === realmNumber()) return attached;
    attached[Symbol.dispose]();
  }
  assert.fail(`the number ${member} does not come back`);
}

test("what a killed member of a channel or view had begun is over when its number comes back", options, () => {
  using channel = new Channel(u32, { capacity: 16 });
  using view = new SharedView(Uint8Array, 10);
  const words = new Int32Array(channel.share().words);
  const locks = new Int32Array(view.share().words);
  // A member that is over: its number stands where a killed one leaves it.
  const gone = Channel.attach(channel.share(), u32);
  gone.tryReceive();
  const member = words[word.receiver]! - 1;
  gone.dispose();
  words[word.closed] = 0;
  words[word.slots] = CLAIMED + member;
  words[word.tail] = 1;
  words[word.receiver] = locks[1] = member + 1;
  channel.trySend(7);
  using same = reuse(member, () => Channel.attach<number>(channel.share(), u32));
  assert.equal(channel.tryReceive(), 7);
  same.dispose();
  using other = reuse(member, () => SharedView.attach<Uint8ArrayConstructor>(view.share()));
  assert.equal(other.closed, false);
  assert.equal(view.tryBorrow()?.length, 10);
});

test("a Worker that has ended is told by the next when the first to find it was killed", options, async () => {
  endWorkers("destroy");
  await kill({ name: "found twice", todo: "leave heap" });
  await kill({ name: "finder", todo: "deal" });
  const before = countEntries();
  assert.deepEqual(ended(["finder", "found twice"]), ["finder", "found twice"]);
  assert.ok(countEntries() < before);
});

test("a policy that throws leaves the other Workers to the next call", options, async () => {
  endWorkers("destroy");
  await kill({ name: "one", todo: "leave heap" });
  await kill({ name: "two", todo: "leave heap" });
  const seen: string[] = [];
  const policy = ({ name }: { name: string }): "destroy" => {
    if (!["one", "two"].includes(name)) return "destroy";
    seen.push(name);
    if (seen.length === 1) throw new Error("no");
    return "destroy";
  };
  assert.throws(() => endWorkers(policy), /^Error: no$/);
  assert.equal(seen.length, 1);
  endWorkers(policy);
  assert.deepEqual(seen.sort(), ["one", "two"]);
});

test("Workers whose heaps are kept use up no room in the list of what is shared", options, async () => {
  endWorkers("destroy");
  const before = countEntries();
  await kill({ name: "kept", todo: "leave heap" });
  assert.deepEqual(ended(["kept"], "keep"), ["kept"]);
  // The users of the heap that it has shared, which other threads may have a ticket of.
  assert.equal(countEntries(), before + 1);
});

test("the next receiver gets past the message that the last one was killed with", options, async () => {
  using channel = new Channel(u32, { capacity: 16 });
  channel.trySend(1);
  channel.trySend(2);
  await kill({ name: "receiver", todo: "receive", ticket: channel.share() });
  assert.equal(channel.tryReceive(), 2);
  assert.equal(channel.length, 0);
  endWorkers("destroy");
});

test("the count of an entry that is over stays 0, whoever changes it, and nobody is the last one to leave it twice", () => {
  const thing = { kind: "heap", address: 64, subprocess: 0, realm: 1 } as const;
  const entry = SharedEntry.make("test", thing, 1);
  const users = HeapUsers.over(entry);
  assert.ok(users.leave());
  assert.deepEqual([users.leave(), users.enter(), entry.change(() => 1), entry.end(), entry.count], [
    ...[false, false, false, false],
    0,
  ]);
});
