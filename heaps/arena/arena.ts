import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { checkNumaNode, refuseArgument, requireObject } from "../argument.ts";
import { PRIVATE, requirePrivate } from "../core/private_constructor.ts";
import { requireStackRoom } from "../core/stack_room.ts";
import { isArrayBuffer } from "../core/detach.ts";
import { canLeave, currentSubprocess, type SubprocessState } from "../core/subprocess_state.ts";
import { ClosedError, LeakError } from "../errors.ts";
import { Subprocess } from "../subprocess/subprocess.ts";
import { checkHugePages, HUGE_PAGE } from "./_huge_pages.ts";
import {
  areaByteLength,
  checkMemory,
  manageSlot,
  mapSlot,
  mostHugePages,
  reserveHugeSlot,
  reserveSlot,
} from "./_make_arena.ts";
import { requireMapped } from "./_own_memory.ts";
import { requirePinnable } from "./_pinned_memory.ts";
import { type ArenaShape, type ArenaSlot, keepUnusedSlot, takeUnusedSlot } from "./arena_slot.ts";

/** Options of every way to make an {@linkcode Arena}. */
export interface ArenaOptions {
  /** A name for messages and metrics. */
  readonly name?: string;
  /**
   * Whether only heaps that are bound to the arena allocate in it.
   *
   * @default {true}
   */
  readonly exclusive?: boolean;
}

/** Options of {@linkcode Arena.reserve}. */
export interface ArenaReserveOptions extends ArenaOptions {
  /**
   * Whether the whole area is made accessible at once. That uses no memory until it is written, and saves a system call
   * for every new page of a heap.
   *
   * @default {true}
   */
  readonly commit?: boolean;
  /**
   * Whether the arena may use large pages of the operating system: those of 2 MiB that an administrator set aside, else
   * on Linux transparent huge pages where the system gives them (`madvise` or `always` in
   * `/sys/kernel/mm/transparent_hugepage/enabled`). Much data that is read here and there is reached faster by them;
   * memory is then used 2 MiB at a time, and the first touch of each takes up to some milliseconds.
   *
   * @default {false}
   */
  readonly allowLarge?: boolean;
  /**
   * Whether {@linkcode Arena.release} gives the area back to the system. It needs mimalloc 3.6, where the arena gets a
   * sub-process of its own: heaps in it are made and used in {@linkcode Arena.run}.
   *
   * @default {false}
   */
  readonly releasable?: boolean;
}

/** Options of {@linkcode Arena.map}. */
export interface ArenaMapOptions extends ArenaOptions {
  /**
   * The NUMA node whose threads shall prefer the arena; -1 for any.
   *
   * @default {-1}
   */
  readonly numaNode?: number;
}

/** Options of {@linkcode Arena.reserveHuge}. */
export interface ArenaHugeOptions extends ArenaMapOptions {
  /**
   * After how many milliseconds to be content with the pages so far; 0 for never.
   *
   * @default {0}
   */
  readonly timeout?: number;
}

/** Options of {@linkcode Arena.manage}. */
export interface ArenaManageOptions extends ArenaMapOptions {
  /**
   * Whether every byte is known to be zero. mimalloc trusts this: when it is not so, the process may crash.
   *
   * @default {false}
   */
  readonly zeroed?: boolean;
  /**
   * Whether the memory must never be returned to the system, as with locked pages. Most secure builds cannot use it.
   *
   * @default {false}
   */
  readonly pinned?: boolean;
}

/** A range of memory. */
export interface MemoryRange {
  /** Address of the first byte. */
  readonly address: number;
  /** Length in bytes. */
  readonly byteLength: number;
}

let unnamed = 0;

/** The open slot behind an arena, for the heaps in it; not part of the public interface. */
export let slotOf: (arena: Arena) => ArenaSlot;

let subprocessOf: (arena: Arena) => SubprocessState;

/**
 * A range of address space that heaps can be bound to: what is allocated in such a heap lies in the arena and nowhere
 * else, and fails when the arena is full.
 *
 * mimalloc keeps an arena until the process ends, so the area of a closed one is kept too and serves the next arena of
 * the same size and options. On 3.6 a releasable arena gives its area back ({@linkcode Arena.release}).
 *
 * @example
 * ```ts
 * import { Arena, Heap } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using arena = Arena.reserve(64 * 2 ** 20, { name: "requests" });
 * using heap = new Heap({ arena });
 * const samples = heap.allocate(Float64Array, 1024);
 * assert.equal(samples.length, 1024);
 * assert.equal(arena.area.byteLength, 64 * 2 ** 20);
 * ```
 */
export class Arena implements Disposable {
  readonly #slot: ArenaSlot;
  #open = true;
  /** The name for messages and metrics. */
  readonly name: string;
  /** The sub-process that a releasable arena has for itself, else `undefined`. */
  readonly subprocess: Subprocess | undefined;

  private constructor(key: typeof PRIVATE, slot: ArenaSlot, name: string, subprocess?: Subprocess) {
    requirePrivate(key, "Arena", "Arena.reserve(), map(), manage() and reserveHuge() make arenas");
    this.#slot = slot;
    this.subprocess = subprocess;
    this.name = name;
    slot.holder = this;
    slot.subprocess.members?.add(this);
  }

  /**
   * Reserves `size` bytes of address space, rounded up to a multiple of 32 MiB (`mi_reserve_os_memory_ex`), or takes
   * the area of a closed arena of the same size and options.
   *
   * Throws `RangeError` when `size` is not a positive integer or exceeds what the version can make (64 TiB on 2.x, 16
   * GiB from 3.0 to 3.3, 1 TiB from 3.4), and `AllocationError` when the system has no room or mimalloc no arena slot
   * left (64 to 132 per process on 2.x, 160 on 3.x; from 3.4 one for each 16 GiB). A releasable one throws
   * `UnsupportedError` before 3.6 and where mimalloc is preloaded.
   */
  static reserve(size: number, options: ArenaReserveOptions = {}): Arena {
    const name = nameOf(options);
    const shape: ArenaShape = {
      origin: "reserved",
      address: 0,
      byteLength: areaByteLength(size),
      exclusive: Boolean(options.exclusive ?? true),
      commit: Boolean(options.commit ?? true),
      allowLarge: Boolean(options.allowLarge ?? false),
      numaNode: -1,
    };
    if (options.releasable) return Arena.#reserveReleasable(shape, name);
    return new Arena(PRIVATE, takeUnusedSlot(shape) ?? reserveSlot(shape), name);
  }

  static #reserveReleasable(shape: ArenaShape, name: string): Arena {
    requireRelease();
    const subprocess = Subprocess.create({ name: `of ${name}` });
    try {
      return subprocess.run(() => new Arena(PRIVATE, reserveSlot(shape), name, subprocess));
    } catch (error) {
      subprocess.destroy();
      throw error;
    }
  }

  /**
   * Reserves `pages` huge pages of 1 GiB (`mi_reserve_huge_os_pages_at_ex`), or takes those of a closed arena. They are
   * the process's until it ends. When there are fewer than asked for, the arena has those: `area` tells.
   *
   * Throws `RangeError` when `pages` is not an integer from 1 to 1024 (16 on 3.0) or an option is none in its range,
   * `AllocationError` when there is not one page, and `UnsupportedError` in secure builds that could not use them (up
   * to 3.3.1, later fully secure ones).
   *
   * @example
   * ```ts
   * import { AllocationError, Arena, Heap } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * try {
   *   using arena = Arena.reserveHuge(1, { numaNode: 0, timeout: 500 });
   *   assert.equal(new Heap({ arena }).allocate(Float64Array, 2 ** 20).length, 2 ** 20);
   * } catch (error) {
   *   // The machine has none set aside.
   *   assert.ok(error instanceof AllocationError);
   * }
   * ```
   */
  static reserveHuge(pages: number, options: ArenaHugeOptions = {}): Arena {
    const name = nameOf(options);
    const { timeout = 0 } = options;
    checkHugePages(pages, mostHugePages(), timeout);
    const shape = mappedShape("hugePages", 0, pages * HUGE_PAGE, options);
    requirePinnable("Arena.reserveHuge()");
    return new Arena(PRIVATE, takeUnusedSlot(shape) ?? reserveHugeSlot(shape, timeout), name);
  }

  /**
   * Maps `size` bytes, rounded up to a multiple of 32 MiB, at an address that suits the loaded version, and makes them
   * an arena.
   *
   * Throws like {@linkcode Arena.reserve}, `RangeError` for a `numaNode` that is not an integer ≥ -1, and
   * `UnsupportedError` where there is no `mmap` (Windows).
   */
  static map(size: number, options: ArenaMapOptions = {}): Arena {
    const name = nameOf(options);
    const shape = mappedShape("mapped", 0, areaByteLength(size), options);
    return new Arena(PRIVATE, takeUnusedSlot(shape) ?? mapSlot(shape), name);
  }

  /**
   * Makes memory that the program mapped itself an arena (`mi_manage_os_memory_ex`). It has to stay mapped, readable
   * and writable, until the process ends, and nothing else may use it: memory of the runtime itself cannot be told from
   * the program's. It is looked through in steps of 64 KiB (32 MiB on
   * 2.x), which takes some milliseconds for a GiB.
   *
   * Throws `TypeError` for an ArrayBuffer or a view of one, `RangeError` when the address is not a multiple of what the
   * version needs (32 MiB on 2.x, 64 KiB on
   * 3.0, 256 MiB on 3.6), when the length is not a multiple of 32 MiB or too large, when
   * some of the memory is not mapped, not writable, lies in an arena of any thread
   * already or is used by mimalloc for anything else, `UnsupportedError` for pinned memory in secure builds that could
   * not use it (up to 3.3.1, later fully secure ones), and like {@linkcode Arena.map}.
   * Of arenas that mimalloc makes for itself on 3.x it knows in a Worker what the
   * main thread's `arenas()` has listed.
   */
  static manage(memory: MemoryRange, options: ArenaManageOptions = {}): Arena {
    if (isArrayBuffer(memory) || ArrayBuffer.isView(memory)) {
      throw new TypeError(
        "Cannot manage an ArrayBuffer: JavaScript memory is not aligned for an arena and its collector may move " +
          "or free it, Arena.map() maps suitable memory",
      );
    }
    requireObject(memory, "manage memory", "an object with address and byteLength");
    const name = nameOf(options);
    const shape = mappedShape("managed", memory.address, memory.byteLength, options);
    const traits = { zeroed: options.zeroed ?? false, pinned: options.pinned ?? false };
    checkMemory(shape.address, shape.byteLength);
    if (traits.pinned) requirePinnable("Arena.manage() with pinned");
    requireMapped(shape.address, shape.byteLength);
    return new Arena(PRIVATE, takeUnusedSlot(shape) ?? manageSlot(shape, traits), name);
  }

  /** Where the arena lies, as mimalloc tells it (`mi_arena_area`). */
  get area(): MemoryRange {
    return { address: this.#slot.address, byteLength: this.#slot.byteLength };
  }

  /** Whether only heaps that are bound to the arena allocate in it. */
  get exclusive(): boolean {
    return this.#slot.shape.exclusive;
  }

  /** Whether the arena is closed; then no heap can be bound to it. */
  get closed(): boolean {
    return !this.#open;
  }

  /** Heaps and scope pools that are bound to the arena and not closed. */
  get liveHeaps(): number {
    return this.#open ? this.#slot.members.size : 0;
  }

  /**
   * Calls `task` where heaps of the arena can be made and used: inside the sub-process of a releasable arena, just so
   * for any other.
   *
   * Throws like `Subprocess.run`, and {@linkcode ClosedError} when the arena is closed.
   */
  run<R>(task: () => R extends PromiseLike<unknown> ? never : R): R {
    if (!this.#open) throw new ClosedError(`Cannot run a task in ${this.name}: it is closed`);
    return (this.subprocess ?? Subprocess.current).run<R>(task);
  }

  /**
   * Destroys every heap and scope pool in a releasable arena, closes it and gives its area back to the system. The
   * second call does nothing.
   *
   * Throws `Error` when the arena is not releasable, or this thread is inside its sub-process.
   *
   * @example
   * ```ts
   * import { Arena, Heap, library } from "@mimalloc/ffi";
   * import assert from "node:assert/strict";
   *
   * const { major, minor } = library().version;
   * if (major === 3 && minor >= 6) {
   *   const arena = Arena.reserve(64 * 2 ** 20, { releasable: true });
   *   const view = arena.run(() => new Heap({ arena }).allocate(Uint8Array, 2 ** 20));
   *   arena.release();
   *   assert.equal(view.length, 0);
   * }
   * ```
   */
  release(): void {
    if (this.subprocess === undefined) {
      throw new Error(
        `Cannot release ${this.name}: mimalloc keeps its area until the process ends, reserve it with releasable`,
      );
    }
    this.destroy();
  }

  /**
   * Closes the arena; its area serves the next one of the same size and options. The second call does nothing.
   *
   * Throws {@linkcode LeakError} when heaps or scope pools in it are not closed.
   */
  close(): void {
    const { size } = this.#slot.members;
    if (this.#open && size > 0) {
      throw new LeakError(
        `Cannot close ${this.name}: ${size} heaps or scope pools in it are open, destroy() ends them too`,
        { blocks: size, bytes: 0 },
      );
    }
    this.destroy();
  }

  /**
   * Destroys every heap and scope pool in the arena, as their `destroy()` does, and closes it. The second call does
   * nothing.
   */
  destroy(): void {
    if (this.subprocess !== undefined && !this.#slot.subprocess.closed) return this.subprocess.destroy();
    if (this.#open) this.#end();
    // Once more, for what was left where the stack ended.
    this.subprocess?.destroy();
  }

  #end(): void {
    const { members, subprocess } = this.#slot;
    if (members.size > 0) requireInside(this, "destroy");
    requireStackRoom(3);
    for (const member of members) member.destroy();
    members.clear();
    this.#slot.holder = undefined;
    subprocess.members?.delete(this);
    if (!subprocess.closed) keepUnusedSlot(this.#slot);
    this.#open = false;
  }

  /** The same as {@linkcode Arena.destroy}. */
  [Symbol.dispose](): void {
    this.destroy();
  }

  static {
    slotOf = (arena: Arena): ArenaSlot => {
      if (!(#slot in Object(arena))) refuseArgument(arena, "use an arena", "an Arena");
      if (!arena.#open) throw new ClosedError(`Cannot use ${arena.name}: it is closed`);
      requireInside(arena, "use");
      return arena.#slot;
    };
    subprocessOf = (arena: Arena): SubprocessState => arena.#slot.subprocess;
  }
}

// Before there is an arena: an exception in a getter of the program would lose it for good.
function nameOf(options: ArenaOptions): string {
  return String(requireObject(options, "make an arena").name ?? `arena ${++unnamed}`);
}

function requireRelease(): void {
  if (canLeave()) return;
  const found = `mimalloc ${library().versionText}`;
  throw new UnsupportedError({ feature: "Arena.reserve() with releasable", found, needed: "mimalloc 3.6" });
}

function requireInside(arena: Arena, action: string): void {
  const { active, closed, label } = subprocessOf(arena);
  if (active || closed) return;
  throw new Error(
    `Cannot ${action} ${arena.name}: it lies in ${label} and this thread is in ${currentSubprocess().label}, ` +
      "enter() or leave() first",
  );
}

function mappedShape(
  origin: ArenaShape["origin"],
  address: number,
  byteLength: number,
  options: ArenaMapOptions,
): ArenaShape {
  const { exclusive = true, numaNode = -1 } = options;
  checkNumaNode(numaNode);
  const isExclusive = Boolean(exclusive);
  return {
    origin,
    address,
    byteLength,
    exclusive: isExclusive,
    commit: true,
    allowLarge: false,
    numaNode: numaNode + 0,
  };
}
