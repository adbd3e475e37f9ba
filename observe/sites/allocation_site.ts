import { describeFrame, parseStack, type StackFrame, withoutOwnFrames } from "../../heaps/core/call_stack.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { toSource } from "./_source_maps.ts";

/** Makes the site of the text of a stack; not part of the public interface. */
export let siteOfStack: (stack: string) => AllocationSite;

/** Gives a site a stack that tells more; not part of the public interface. */
export let placeSite: (site: AllocationSite, stack: string) => void;

/**
 * A place of the program that allocates: the JavaScript stack, from the call of this library outwards. Frames of the
 * library and its containers are left out, and places are those of the source where a source map tells them.
 *
 * What an engine drops is not there: in Bun a function that returns the result of the next call has no frame of its own
 * while that runs (tail calls of JavaScriptCore), so `() => heap.allocate(Uint8Array, 8)` counts for its caller.
 */
export class AllocationSite {
  #stack: string;
  #frames: readonly StackFrame[] | undefined;

  static {
    siteOfStack = (stack: string): AllocationSite => new AllocationSite(PRIVATE, stack);
    placeSite = (site: AllocationSite, stack: string): void => {
      site.#stack = stack;
      site.#frames = undefined;
    };
  }

  private constructor(key: typeof PRIVATE, stack: string) {
    requirePrivate(key, "AllocationSite", "SiteProfiler and LeakDetector find sites");
    this.#stack = stack;
  }

  /** The calls, the one that allocated first; empty where there was no room to remember them. */
  get frames(): readonly StackFrame[] {
    return this.#frames ??= withoutOwnFrames(parseStack(this.#stack).map(toSource));
  }

  /** The first of them: `loadUsers (server.ts:12:20)`. */
  get name(): string {
    const [first] = this.frames;
    return first === undefined ? "(unknown)" : describeFrame(first);
  }

  /** All of them, a line each. */
  get stack(): string {
    return this.frames.map((frame) => `    at ${describeFrame(frame)}`).join("\n");
  }

  /** The frames, for `JSON.stringify()`. */
  toJSON(): readonly StackFrame[] {
    return this.frames;
  }
}
