import type { PageKind } from "../core/size_classes.ts";

/** What was recorded of the blocks of one size. */
export interface ProfileClass {
  /** The most bytes that a program gets in one of them. */
  readonly blockBytes: number;
  /** Bytes of a page of mimalloc that holds them. */
  readonly pageBytes: number;
  /** Blocks that every such page holds at least. */
  readonly blocksPerPage: number;
  /** The most of them that were live at a time. */
  readonly peakBlocks: number;
  /** The pages that those fill. */
  readonly peakPages: number;
}

/** What was recorded of blocks that have a page for themselves. */
export interface ProfileSingle {
  /** Bytes of the block. */
  readonly blockBytes: number;
  /** The most of them that were live at a time. */
  readonly peakBlocks: number;
}

/** What was recorded of one kind of pages. */
export interface ProfilePages {
  /** The most pages that the live blocks filled at a time. */
  readonly peakPages: number;
  /** The most bytes of such pages at a time. */
  readonly peakBytes: number;
}

/** The figures of an allocation profile. */
export interface ProfileData {
  /** The version of mimalloc that it was recorded on. */
  readonly mimalloc: string;
  /** The sizes of which a page holds several blocks, from the smallest to the largest. */
  readonly classes: readonly ProfileClass[];
  /** Larger ones, likewise. */
  readonly singles: readonly ProfileSingle[];
  /** Pages by their kind. */
  readonly pages: Readonly<Record<PageKind, ProfilePages>>;
}

/** An allocation profile as it stands in a file. */
export interface ProfileDocument extends ProfileData {
  /** What kind of file this is. */
  readonly format: "mimalloc allocation profile";
  /** The version of the form. */
  readonly formatVersion: 1;
  /** SHA-256 of everything else. */
  readonly checksum: string;
}
