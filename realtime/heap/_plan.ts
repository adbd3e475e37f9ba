import { UnsupportedError } from "../../ffi/errors.ts";
import { availableMemory } from "../../ffi/libc/available_memory.ts";
import { type Library, library } from "../../ffi/library/library.ts";
import { optionsOf } from "../../ffi/options_of.ts";
import { AllocationError } from "../../heaps/errors.ts";
import { checkedLimit, refuseArgument, requireFunction, requireObject, shown } from "../../heaps/argument.ts";
import type { Arena } from "../../heaps/arena/arena.ts";
import { AllocationProfile } from "../profile/allocation_profile.ts";
import type { ExceededPolicy, RealtimeHeapOptions, RealtimeVariant } from "./realtime_options.ts";

/** Checked options, and what they need. */
export interface RealtimePlan {
  readonly profile: AllocationProfile;
  readonly variant: RealtimeVariant;
  readonly onExceeded: ExceededPolicy;
  readonly lock: boolean;
  readonly name: string;
  readonly limit: number;
  /** The arena that the program gives. */
  readonly arena: Arena | undefined;
  /** Bytes that are made ready. */
  readonly readyBytes: number;
  /** Bytes of an arena of its own. */
  readonly arenaBytes: number;
}

/** Pages of different lengths leave gaps between each other. */
const GAPS = 1.125;

/** The most blocks of one size. */
const MOST_BLOCKS = 2 ** 31 - 1;

let unnamed = 0;

/** Checks everything that can be checked before anything is reserved. */
export function planOf(options: RealtimeHeapOptions): RealtimePlan {
  // Once: a getter among them may answer otherwise the next time.
  const { profile, variant = "page", onExceeded = "throw", lock = false, name, limit, arena, growthBytes } =
    requireObject(options, ACTION);
  if (!(profile instanceof AllocationProfile)) refuseArgument(profile, ACTION, "an AllocationProfile as profile");
  if (variant !== "page" && variant !== "segment") refuseArgument(variant, ACTION, '"page" or "segment" as variant');
  if (onExceeded !== "throw" && onExceeded !== "grow") requireFunction(onExceeded, `${ACTION} with onExceeded`);
  if (typeof lock !== "boolean") refuseArgument(lock, ACTION, "true or false as lock");
  const { pageVariantBytes, segmentVariantBytes } = profile.summary();
  const readyBytes = variant === "page" ? pageVariantBytes : segmentVariantBytes;
  if (variant === "page") requirePlainBlocks();
  requireCounts(profile);
  requireMemory(readyBytes);
  const grows = onExceeded !== "throw" && variant === "page";
  const growth = checkedGrowth(growthBytes ?? (grows ? readyBytes : 0));
  const label = String(name ?? `realtime heap ${++unnamed}`);
  requireArena(arena, readyBytes);
  return {
    profile,
    variant,
    onExceeded,
    lock,
    name: label,
    limit: checkedLimit(limit),
    arena,
    readyBytes,
    arenaBytes: Math.ceil(readyBytes * GAPS) + growth,
  };
}

const ACTION = "make a realtime heap";

/** Throws for builds that put guard pages behind some blocks, which are then none of their size. */
function requirePlainBlocks(): void {
  const loaded = library();
  if (!isGuarded(loaded)) return;
  throw new UnsupportedError({
    feature: 'RealtimeHeap.create() with variant "page"',
    found: `a guarded build of mimalloc ${loaded.versionText}`,
    needed: 'a build without guard pages, or variant "segment"',
  });
}

/** Some builds do not tell; those that can guard do so unless they are told otherwise. */
function isGuarded(loaded: Library): boolean {
  const { guarded } = loaded.build;
  if (guarded !== "unknown") return guarded;
  const option = optionsOf(loaded.version).guarded_sample_rate;
  return option !== undefined && Number(loaded.bind("process").optionGet(option.index)) > 0;
}

function requireCounts({ classes, singles }: AllocationProfile): void {
  for (const { blockBytes, peakBlocks } of [...classes, ...singles]) {
    if (peakBlocks <= MOST_BLOCKS) continue;
    throw new RangeError(`Cannot ${ACTION}: its profile has ${peakBlocks} blocks of ${blockBytes} bytes`);
  }
}

function requireMemory(byteLength: number): void {
  const available = availableMemory();
  if (available === undefined || byteLength <= available) return;
  throw new AllocationError(
    `Cannot ${ACTION}: its profile needs ${byteLength} bytes, and the machine has ${available} available`,
    { requested: byteLength, live: 0, limit: available },
  );
}

function checkedGrowth(growthBytes: number): number {
  if (Number.isSafeInteger(growthBytes) && growthBytes >= 0) return growthBytes;
  throw new RangeError(`Cannot ${ACTION} with growthBytes of ${shown(growthBytes)}: expected an integer ≥ 0`);
}

function requireArena(arena: Arena | undefined, byteLength: number): void {
  if (arena === undefined) return;
  const { exclusive, liveHeaps, area } = arena;
  if (!exclusive) throw new RangeError(`Cannot ${ACTION} in ${arena.name}: other heaps allocate in it too`);
  if (liveHeaps > 0) throw new RangeError(`Cannot ${ACTION} in ${arena.name}: there are ${liveHeaps} heaps in it`);
  if (area.byteLength >= byteLength) return;
  throw new RangeError(
    `Cannot ${ACTION} in ${arena.name}: its profile needs ${byteLength} bytes, and the arena has ${area.byteLength}`,
  );
}
