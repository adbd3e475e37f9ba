import { PAGE_KINDS } from "../core/size_classes.ts";
import { toPages } from "./_document.ts";
import type { ProfileClass, ProfileData, ProfileSingle } from "./profile_data.ts";

/** The larger figure of each of two profiles. */
export function maximum(one: ProfileData, other: ProfileData): ProfileData {
  return {
    mimalloc: one.mimalloc,
    classes: mergeBySize(one.classes, other.classes, (a, b) => ({
      ...a,
      peakBlocks: Math.max(a.peakBlocks, b.peakBlocks),
      peakPages: Math.max(a.peakPages, b.peakPages),
    })),
    singles: mergeBySize(one.singles, other.singles, (a, b) => ({
      ...a,
      peakBlocks: Math.max(a.peakBlocks, b.peakBlocks),
    })),
    pages: toPages((kind) => ({
      peakPages: Math.max(one.pages[kind].peakPages, other.pages[kind].peakPages),
      peakBytes: Math.max(one.pages[kind].peakBytes, other.pages[kind].peakBytes),
    })),
  };
}

function mergeBySize<T extends ProfileClass | ProfileSingle>(
  one: readonly T[],
  other: readonly T[],
  join: (one: T, other: T) => T,
): T[] {
  const bySize = new Map(one.map((entry) => [entry.blockBytes, entry]));
  for (const entry of other) {
    const known = bySize.get(entry.blockBytes);
    bySize.set(entry.blockBytes, known === undefined ? entry : join(known, entry));
  }
  return [...bySize.values()].sort((a, b) => a.blockBytes - b.blockBytes);
}

/** `factor` times the figures of a profile, rounded up. */
export function times({ mimalloc, classes, singles, pages }: ProfileData, factor: number): ProfileData {
  const scaled = classes.map((entry): ProfileClass => {
    const peakBlocks = Math.ceil(entry.peakBlocks * factor);
    return { ...entry, peakBlocks, peakPages: Math.ceil(peakBlocks / entry.blocksPerPage) };
  });
  return {
    mimalloc,
    classes: scaled,
    singles: singles.map((entry) => ({ ...entry, peakBlocks: Math.ceil(entry.peakBlocks * factor) })),
    pages: toPages((kind) => ({
      peakPages: Math.ceil(pages[kind].peakPages * factor),
      peakBytes: Math.ceil(pages[kind].peakBytes * factor),
    })),
  };
}

/** Whether `one` has nothing of which `other` has less. */
export function isWithinProfile(one: ProfileData, other: ProfileData): boolean {
  return isWithinSizes(one.classes, other.classes) && isWithinSizes(one.singles, other.singles) &&
    PAGE_KINDS.every((kind) =>
      one.pages[kind].peakPages <= other.pages[kind].peakPages &&
      one.pages[kind].peakBytes <= other.pages[kind].peakBytes
    );
}

function isWithinSizes(one: readonly ProfileSingle[], other: readonly ProfileSingle[]): boolean {
  const most = new Map(other.map(({ blockBytes, peakBlocks }) => [blockBytes, peakBlocks]));
  return one.every(({ blockBytes, peakBlocks }) => peakBlocks <= (most.get(blockBytes) ?? 0));
}
