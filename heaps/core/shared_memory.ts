import { isListed, ownMark, realmOf, threadRuns } from "../../ffi/libc/realms.ts";
import { realmNumber } from "../../ffi/libc/process_words.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { ClosedError } from "../errors.ts";
import type { Block } from "./block.ts";
import { detach } from "./detach.ts";
import { native } from "./native.ts";
import { realmFigures } from "./realm_figures.ts";
import { SHARED_ENTRIES, SharedEntry, type SharedKind, type SharedThing } from "./shared_entry.ts";
import { canLeave, currentSubprocess, fromMain } from "./subprocess_state.ts";

/** What several threads use at once. */
export type MemoryKind = Extract<SharedKind, "channel" | "view">;

/** What stands in the words of an entry: that of the memory, and that of one that uses it. */
const detail = { byteLength: 0, lost: 1, first: 2 } as const;
const memberDetail = { memory: 0, shows: 1, listed: 2, threadId: 3, started: 4 } as const;

/** A user of shared memory. */
interface Member {
  readonly entry: SharedEntry;
  /** What the thread is called; `undefined` when it has ended without leaving. */
  readonly name: string | undefined;
}

/**
 * A block of the main heap that several threads use at once. Every user has an entry of its own, so that one that ended
 * without leaving is found; whoever leaves last frees the block.
 */
export class SharedMemory {
  readonly #entry: SharedEntry;
  readonly #member: SharedEntry;
  /** The block in the heap of the thread that made it, as long as that is among the users. */
  readonly #block: Block | undefined;
  #left = false;
  /** The bytes, as this thread sees them. */
  readonly buffer: ArrayBuffer;

  private constructor(entry: SharedEntry, member: SharedEntry, block: Block | undefined) {
    this.#entry = entry;
    this.#member = member;
    this.#block = block;
    this.buffer = block?.buffer ?? this.wrap();
  }

  /** One more buffer over the memory, to be detached before this thread leaves. */
  wrap(): ArrayBuffer {
    const handle = backend().toHandle(this.#entry.thing.address)!;
    return native().wrap(handle, 0, this.#entry.detail(detail.byteLength));
  }

  /** Lets other threads use `block`, of the main heap. `facts` are told to them. */
  static begin(action: string, kind: MemoryKind, block: Block, facts: readonly number[]): SharedMemory {
    realmFigures();
    const address = backend().toAddress(block.handle);
    const thing = { kind, address, subprocess: 0, realm: realmNumber() };
    const entry = SharedEntry.make(action, thing, 1, [block.byteLength, 0, ...facts]);
    try {
      return new SharedMemory(entry, memberOf(entry, action), block);
    } catch (error) {
      entry.end();
      throw error;
    }
  }

  /**
   * Joins the users of what `key` leads to. Throws `TypeError` for a key that was made up, {@linkcode ClosedError} when
   * its memory is freed.
   */
  static join(action: string, kind: MemoryKind, key: unknown): SharedMemory {
    native();
    const entry = SharedEntry.find(key, kind, action);
    requireMain(action);
    realmFigures();
    const joined = entry?.change((users) => users + 1) ?? false;
    if (!joined) throw new ClosedError(`Cannot ${action}: nobody has it any more`);
    try {
      const member = memberOf(entry!, action);
      return new SharedMemory(entry!, member, undefined);
    } catch (error) {
      leave(entry!);
      throw error;
    }
  }

  /** What a ticket carries. */
  get key(): string {
    return this.#entry.key;
  }

  /** The number at `index` of what was told of the memory. */
  fact(index: number): number {
    return this.#entry.detail(detail.first + index);
  }

  /**
   * Says whether the program sees a buffer over the memory on this thread. When the thread ends meanwhile the memory is
   * never freed: the buffer may have been moved to another one.
   */
  set shows(shows: boolean) {
    this.#member.setDetail(memberDetail.shows, Number(shows));
  }

  /** Whether some user has ended without leaving. */
  get hasLost(): boolean {
    return this.#entry.detail(detail.lost) === 1;
  }

  /** A number that no other user of any memory has at the same time. */
  get member(): number {
    return this.#member.index;
  }

  /** What the thread of a member of this memory is called; `undefined` when it has left, or ended without leaving. */
  nameOf(member: number): string | undefined {
    // It may come from memory that programs write to.
    if (member < 0 || member >= SHARED_ENTRIES) return undefined;
    const entry = SharedEntry.usedAt(member);
    return entry && isMember(entry, this.#entry) ? nameOf(entry) : undefined;
  }

  /** What the threads of the other users are called. */
  get others(): string[] {
    return this.#others().flatMap(({ name }) => name ?? []);
  }

  /** Lets users leave that have ended; how many others are left. */
  leaveForEnded(): number {
    const others = this.#others();
    for (const { entry, name } of others) if (name === undefined) leaveForEnded(entry);
    return others.filter(({ name }) => name !== undefined).length;
  }

  #others(): Member[] {
    return [...SharedEntry.all()]
      .filter((entry) => entry.index !== this.#member.index && isMember(entry, this.#entry))
      .map((entry) => ({ entry, name: nameOf(entry) }));
  }

  /** Leaves the memory: its buffer is detached, and the block is freed when nobody else is left. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    const block = this.#block;
    // The heap of this thread counts it no more, whoever frees it.
    if (block !== undefined) block.store.surrender(block);
    else detach(this.buffer);
    endMember(this.#member, this.#entry);
  }
}

function requireMain(action: string): void {
  const { address, label } = currentSubprocess();
  if (address === 0 || canLeave()) return;
  throw new Error(`Cannot ${action}: its memory lies in the main sub-process and the thread is in ${label}`);
}

function memberOf(memory: SharedEntry, action: string): SharedEntry {
  const { address } = memory.thing;
  const { threadId, started } = ownMark();
  const thing: SharedThing = { kind: "member", address, subprocess: 0, realm: realmNumber() };
  return SharedEntry.make(action, thing, 1, [memory.reference, 0, Number(isListed()), threadId, started]);
}

function isMember(entry: SharedEntry, memory: SharedEntry): boolean {
  return entry.thing.kind === "member" && entry.detail(memberDetail.memory) === memory.reference;
}

function nameOf(member: SharedEntry): string | undefined {
  const { realm: number } = member;
  const realm = realmOf(number);
  if (realm !== undefined) return realm.alive ? realm.name : undefined;
  // Where the list of realms has no more room, the system alone can tell whether it has ended.
  if (member.detail(memberDetail.listed) === 1) return undefined;
  const mark = { threadId: member.detail(memberDetail.threadId), started: member.detail(memberDetail.started) };
  return threadRuns(mark) === false ? undefined : `worker ${number}`;
}

/** Lets a user leave that has ended; once, whoever asks for it. One that may have left a buffer stays a user for good. */
export function leaveForEnded(member: SharedEntry): void {
  const memory = SharedEntry.at(member.detail(memberDetail.memory));
  const stays = member.detail(memberDetail.shows) === 1;
  if (!member.end()) return;
  // It counts still, so this is what it used.
  memory.setDetail(detail.lost, 1);
  if (!stays) leave(memory);
}

function endMember(member: SharedEntry, memory: SharedEntry): void {
  if (member.end()) leave(memory);
}

function leave(memory: SharedEntry): void {
  const { address } = memory.thing;
  let left = NaN;
  const isLast = memory.change((users) => left = users - 1) && left === 0;
  if (isLast) fromMain(() => native().blocks.free(backend().toHandle(address)));
}
