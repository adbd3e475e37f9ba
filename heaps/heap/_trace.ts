import type { Block } from "../core/block.ts";
import { type BlockObserver, observeStore } from "../core/block_observer.ts";
import type { BlockStore } from "../core/block_store.ts";
import { captureStack, describeFrame, parseStack, withoutOwnFrames } from "../core/call_stack.ts";
import type { LeakSite } from "../errors.ts";

/** Calls that are remembered for a block beside our own few: a container that grows has a dozen of its own. */
const FRAMES = 24;

/** The most places that a message names. */
const MOST_NAMED = 10;

/** Remembers which calls took the live blocks of a store. */
class Trace implements BlockObserver {
  readonly #stacks = new Map<Block, Error>();

  taken(block: Block): void {
    this.#stacks.set(block, captureStack(FRAMES));
  }

  received(block: Block): void {
    this.taken(block);
  }

  resized(): void {}

  given(block: Block): void {
    this.#stacks.delete(block);
  }

  ending(): void {
    this.#stacks.clear();
  }

  /** The places that took them, the most bytes first. */
  sites(): LeakSite[] {
    const sites = new Map<string, LeakSite>();
    for (const [{ byteLength }, captured] of this.#stacks) {
      const frames = withoutOwnFrames(parseStack(String(captured.stack))).map(describeFrame);
      const place = frames[0] ?? "(unknown)";
      const { stack, blocks, bytes } = sites.get(place) ??
        { stack: frames.map((frame) => `    at ${frame}`).join("\n"), blocks: 0, bytes: 0 };
      sites.set(place, { place, stack, blocks: blocks + 1, bytes: bytes + byteLength });
    }
    return [...sites.values()].sort((a, b) => b.bytes - a.bytes || b.blocks - a.blocks);
  }
}

const traces = new WeakMap<BlockStore, Trace>();

/** Remembers from now on which calls take the blocks of a store. */
export function traceStore(store: BlockStore): void {
  const trace = new Trace();
  traces.set(store, trace);
  observeStore(store, trace);
}

/** Where the live blocks of a store were taken; empty for one that is not traced. */
export function tracedSites(store: BlockStore): readonly LeakSite[] {
  return traces.get(store)?.sites() ?? [];
}

/** What a message says of places, a line each. */
export function describeSites(sites: readonly LeakSite[]): string {
  const named = sites.slice(0, MOST_NAMED);
  const lines = named.map(({ blocks, bytes, place }) => `\n  ${blocks} blocks with ${bytes} bytes: ${place}`);
  const left = sites.length - named.length;
  return lines.join("") + (left > 0 ? `\n  and ${left} places more` : "");
}
