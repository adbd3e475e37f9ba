import { currentPlatform } from "../platform.ts";
import { onMainThread } from "../runtime/main_thread.ts";
import { libc } from "./libc.ts";
import { PAGE_WORDS, processWord, processWords, REALM_PAGES, realmNumber } from "./process_words.ts";
import { readSystemFile } from "./system_file.ts";

/** What the process knows of a realm: the JavaScript of one thread, the main program or a Worker. */
export interface Realm {
  /** A number that no other realm of the process ever had. */
  readonly number: number;
  /** The number that the system has for its thread; 0 where it does not tell it. */
  readonly threadId: number;
  /** The name that it has given itself, or that the program gave its Worker. */
  readonly name: string;
  /** When it opened the library, in milliseconds since 1970. */
  readonly since: number;
  /** Whether it is that of the main thread. */
  readonly main: boolean;
  /** Whether it still runs; `false` once its thread is gone, or it said that it ends. */
  readonly alive: boolean;
  /** Bytes that its heaps have handed out. */
  readonly liveBytes: number;
  /** Blocks that its heaps have handed out. */
  readonly liveBlocks: number;
  /** Its heaps that are not closed. */
  readonly heaps: number;
}

/** Which of the figures of a realm is what. */
export const realmFigure = { liveBytes: 0, liveBlocks: 1, heaps: 2 } as const;

const FIGURES = 3;

/** The words of a realm, and what stands in which. */
const WORDS = 32;
const word = {
  state: 0,
  number: 1,
  threadId: 2,
  since: 4,
  main: 5,
  nameLength: 6,
  stopped: 7,
  figures: 8,
  name: 16,
};
const NAME_BYTES = (WORDS - word.name) * 8;

/** What a place is: free, being written, that of a realm, or that of an ended one which another thread deals with. */
const FREE = 0n;
const CLAIMED = 1n;
const USED = 2n;
const TAKEN = 3n;
const KINDS = 4n;
/** The system has fewer numbers of threads than this, and no machine runs for so many ticks. */
const THREAD_IDS = 1n << 23n;
const STARTS = 1n << 39n;

/**
 * The state of a place: what it is, and the thread that made it so, which may be killed in the next step. Both change at
 * once, so whoever finds that the thread is gone can take the place from it, and nobody else has it meanwhile.
 */
function stateFor(kind: bigint, { threadId, started }: ThreadMark): bigint {
  return kind + KINDS * (BigInt(threadId) % THREAD_IDS + THREAD_IDS * (BigInt(started) % STARTS));
}

function kindOf(state: bigint): bigint {
  return state % KINDS;
}

/** Whether the thread that made a state is gone. Where nothing tells it, it is not. */
function isLeft(state: bigint): boolean {
  const threadId = Number(state / KINDS % THREAD_IDS);
  const started = Number(state / KINDS / THREAD_IDS);
  return state !== FREE && threadRuns({ threadId, started }) === false;
}

const PER_PAGE = PAGE_WORDS / WORDS;
const SLOTS = REALM_PAGES.count * PER_PAGE;

interface Slot {
  readonly words: BigUint64Array<ArrayBuffer>;
  readonly at: number;
}

function slotAt(index: number): Slot | undefined {
  const words = processWords(REALM_PAGES.first + Math.floor(index / PER_PAGE));
  return words && { words, at: index % PER_PAGE * WORDS };
}

function read({ words, at }: Slot, offset: number): number {
  return Number(Atomics.load(words, at + offset));
}

function write({ words, at }: Slot, offset: number, value: number): void {
  Atomics.store(words, at + offset, BigInt(value));
}

function stateOf({ words, at }: Slot): bigint {
  return Atomics.load(words, at);
}

function figuresOf({ words, at }: Slot): Float64Array<ArrayBuffer> {
  return new Float64Array(words.buffer, words.byteOffset + (at + word.figures) * 8, FIGURES);
}

function nameBytesOf({ words, at }: Slot): Uint8Array<ArrayBuffer> {
  return new Uint8Array(words.buffer, words.byteOffset + (at + word.name) * 8, NAME_BYTES);
}

let own: Slot | undefined;
let mark: ThreadMark | undefined;
let figures: Float64Array<ArrayBuffer> | undefined;

/**
 * The figures of this realm, in words that every thread of the process can read at any time, without its doing; see
 * {@linkcode realmFigure}. The first call enters the realm into the list.
 */
export function ownFigures(): Float64Array<ArrayBuffer> {
  return figures ??= enter();
}

function enter(): Float64Array<ArrayBuffer> {
  const mark = ownMark();
  forgetThread(mark);
  own = claim(mark);
  // Where threads have no memory in common, or no room in it, nobody else reads them.
  if (own === undefined) return new Float64Array(FIGURES);
  const entered = figuresOf(own).fill(0);
  write(own, word.number, realmNumber());
  write(own, word.threadId, mark.threadId);
  write(own, word.since, Date.now());
  write(own, word.main, Number(onMainThread()));
  write(own, word.stopped, 0);
  writeName(own, defaultName());
  Atomics.store(own.words, own.at, stateFor(USED, mark));
  return entered;
}

/** Takes a place that is free, or one that a thread has left which is gone. */
function claim(mark: ThreadMark): Slot | undefined {
  for (const isLast of [false, true]) {
    for (let index = 0; index < SLOTS; index++) {
      const slot = slotAt(index);
      if (slot === undefined) return undefined;
      const state = stateOf(slot);
      if (state !== FREE && !(isLast && isLeft(state))) continue;
      if (!change(slot, state, stateFor(CLAIMED, mark))) continue;
      raise(BigInt(index + 1));
      return slot;
    }
  }
  return undefined;
}

function change({ words, at }: Slot, from: bigint, to: bigint): boolean {
  return Atomics.compareExchange(words, at, from, to) === from;
}

function raise(end: bigint): void {
  const head = processWords()!;
  for (;;) {
    const before = Atomics.load(head, processWord.realmsEnd);
    if (before >= end || Atomics.compareExchange(head, processWord.realmsEnd, before, end) === before) return;
  }
}

/** Forgets the realm that this thread had before, as `deno run --watch` does one after the other. */
function forgetThread(mark: ThreadMark): void {
  if (mark.started === 0) return;
  const state = stateFor(USED, mark);
  for (const slot of usedSlots()) change(slot, state, FREE);
}

function defaultName(): string {
  const { name } = globalThis as { readonly name?: unknown };
  if (typeof name === "string" && name !== "") return name;
  return onMainThread() ? "main" : `worker ${realmNumber()}`;
}

function writeName(slot: Slot, name: string): void {
  // Cuts no character in two.
  const { written } = new TextEncoder().encodeInto(name, nameBytesOf(slot));
  write(slot, word.nameLength, written);
}

/** Gives this realm a name, of which up to 128 bytes are kept. */
export function nameRealm(name: string): void {
  ownFigures();
  if (own !== undefined) writeName(own, name);
}

/** Asks a realm to end, by a word of memory that it reads by {@linkcode isStopped}. */
export function stopRealm(number: number): void {
  const slot = slotOf(number);
  if (slot !== undefined) write(slot, word.stopped, 1);
}

/** Whether another realm has asked this one to end. */
export function isStopped(): boolean {
  return own !== undefined && read(own, word.stopped) === 1;
}

/** The number that the system has for this thread, 0 where it does not tell it. */
function ownThreadId(): number {
  return currentPlatform().os === "linux" ? libc("threads").gettid() : 0;
}

/** When a thread of this process began, in ticks since the start of the machine; `undefined` when there is none. */
function startOf(threadId: number): number | undefined {
  if (threadId === 0) return undefined;
  const stat = readSystemFile(`/proc/self/task/${threadId}/stat`);
  // The name of the thread stands in brackets, and may have any character.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

/** A thread of this process, as another one can ask the system about it. */
export interface ThreadMark {
  /** The number that the system has for it; 0 where it does not tell it. */
  readonly threadId: number;
  /** When it began, in ticks since the start of the machine. */
  readonly started: number;
}

/** The mark of this thread. */
export function markThread(): ThreadMark {
  const threadId = ownThreadId();
  return { threadId, started: startOf(threadId) ?? 0 };
}

/** The same, asked once: a realm stays on its thread. */
export function ownMark(): ThreadMark {
  return mark ??= markThread();
}

/** Whether a thread still runs; `undefined` where the system does not tell it. */
export function threadRuns({ threadId, started }: ThreadMark): boolean | undefined {
  return started === 0 ? undefined : startOf(threadId) === started;
}

/** Whether other threads find this realm in the list: not where there is no room in it. */
export function isListed(): boolean {
  ownFigures();
  return own !== undefined;
}

/** What is known of the realm in a place; `undefined` when it has none, or got another one meanwhile. */
function describe(slot: Slot): Realm | undefined {
  const state = stateOf(slot);
  const kind = kindOf(state);
  if (kind !== USED && kind !== TAKEN) return undefined;
  const numbers = figuresOf(slot);
  const realm = {
    number: read(slot, word.number),
    threadId: read(slot, word.threadId),
    name: new TextDecoder().decode(nameBytesOf(slot).slice(0, read(slot, word.nameLength))),
    since: read(slot, word.since),
    main: read(slot, word.main) === 1,
    // The number of an ended thread goes to another one, so when it began is compared too.
    alive: kind === USED && !isLeft(state),
    liveBytes: numbers[realmFigure.liveBytes]!,
    liveBlocks: numbers[realmFigure.liveBlocks]!,
    heaps: numbers[realmFigure.heaps]!,
  };
  return stateOf(slot) === state ? realm : undefined;
}

/** Every realm of the process that has opened the library; those that ended too until they are forgotten. */
export function listRealms(): Realm[] {
  ownFigures();
  return usedSlots().map(describe).filter((realm) => realm !== undefined);
}

/** The realm with a number; `undefined` when it was forgotten, as those that have ended are at last. */
export function realmOf(number: number): Realm | undefined {
  const slot = slotOf(number);
  return slot && describe(slot);
}

function slotOf(number: number): Slot | undefined {
  return usedSlots().find((each) => read(each, word.number) === number);
}

/** Those with a realm in them. */
function usedSlots(): Slot[] {
  const head = processWords();
  const length = head === undefined ? 0 : Number(Atomics.load(head, processWord.realmsEnd));
  return Array.from({ length }, (_, index) => slotAt(index)!).filter((slot) => kindOf(stateOf(slot)) >= USED);
}

/** Says that this realm ends, and leaves its place to others. */
export function leaveRealms(): void {
  if (own !== undefined) change(own, stateFor(USED, ownMark()), FREE);
  own = undefined;
  figures = undefined;
}

/**
 * Takes a realm that has ended, to deal with what it left; false when it has not, or another thread has it. When that is
 * killed before it calls {@linkcode forgetRealm}, the next one takes the realm.
 */
export function takeRealm(number: number): boolean {
  ownFigures();
  const slot = slotOf(number);
  if (slot === undefined) return false;
  const state = stateOf(slot);
  // In this order: a place that got another realm meanwhile has another state.
  if (read(slot, word.number) !== number || !isLeft(state)) return false;
  return change(slot, state, stateFor(TAKEN, ownMark()));
}

/** Forgets a realm that has ended; false when somebody else has. */
export function forgetRealm(number: number): boolean {
  const slot = slotOf(number);
  if (slot === undefined) return false;
  const state = stateOf(slot);
  return read(slot, word.number) === number && change(slot, state, FREE);
}
