import type { Block } from "./_block.ts";
import { encodeText, toBytes } from "./_copy.ts";
import type { Region, Window } from "./_region.ts";
import {
  checkAlignment,
  checkedByteLength,
  createView,
  elementByteLength,
  MAX_BLOCK_BYTES,
  viewType,
} from "./_view.ts";
import type { AllocateOptions, Allocator, AnyView, ByteSource, View, ViewConstructor } from "./allocator.ts";
import { AllocationError, ClosedError } from "./errors.ts";
import { flushHooks } from "./hooks.ts";

/** A moment in the life of a {@linkcode Scope} to which it can be rolled back. */
export interface Checkpoint {
  /** Bytes that were live at that moment. */
  readonly liveBytes: number;
  /** Blocks that were live at that moment. */
  readonly liveBlocks: number;
}

/** Whoever a scope takes its memory from; not part of the public interface. */
export interface ScopeOwner {
  /** The name of the scopes. */
  readonly name: string;
  /** Takes a region back once its scope is closed and nothing holds it. */
  reclaim(scope: Scope, region: Region): void;
}

interface Mark extends Checkpoint {
  readonly depth: number;
  readonly used: number;
  readonly sequence: number;
  readonly bumpBytes: number;
  readonly bumpBlocks: number;
}
