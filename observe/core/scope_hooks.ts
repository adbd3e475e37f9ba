import type { AllocateOptions, AnyView, ViewConstructor } from "../../heaps/allocator.ts";
import type { Checkpoint } from "../../heaps/scope/checkpoint.ts";
import { Scope } from "../../heaps/scope/scope.ts";
import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { type Method, MethodHook } from "./method_hook.ts";

/** Hears of scopes that begin and end, and of pools that are closed. */
export interface ScopeFollower {
  /** A scope was opened. */
  opened(scope: Scope, pool: ScopePool): void;
  /** A scope has ended and gave `bytes` in `blocks` back; nothing yet when it holds promises. */
  ended(scope: Scope, bytes: number, blocks: number): void;
  /** A pool is about to be closed, with the scopes that are open. */
  poolEnding(pool: ScopePool): void;
}

/** Hears of what scopes hand out and take back. */
export interface ScopeUser {
  /** A scope handed out `bytes` more, in `view`. */
  took(scope: Scope, bytes: number, view: AnyView): void;
  /** A scope took `bytes` in `blocks` back, and has `left` blocks still; `view` alone, or whatever came last. */
  gave(scope: Scope, bytes: number, blocks: number, left: number, view?: AnyView): void;
}

function opening(original: Method, hook: MethodHook<ScopeFollower>): Method {
  return function (this: ScopePool): Scope {
    const scope = original.call(this);
    for (const follower of hook.listeners) follower.opened(scope, this);
    return scope;
  };
}

function ending(original: Method, hook: MethodHook<ScopeFollower>): Method {
  return function (this: Scope): void {
    if (this.closed) return original.call(this);
    const { liveBytes, liveBlocks } = this;
    original.call(this);
    for (const follower of hook.listeners) {
      follower.ended(this, liveBytes - this.liveBytes, liveBlocks - this.liveBlocks);
    }
  };
}

function poolEnding(original: Method, hook: MethodHook<ScopeFollower>): Method {
  return function (this: ScopePool): void {
    if (!this.closed) { for (const follower of hook.listeners) follower.poolEnding(this); }
    original.call(this);
  };
}

/** Bytes that were counted as handed out inside of a call that is counted itself. */
let counted = 0;
let isInside = false;

// The slow ways of allocate() come back to it.
function allocating(original: Method, hook: MethodHook<ScopeUser>): Method {
  return function (this: Scope, type: ViewConstructor, length: number, options?: AllocateOptions): AnyView {
    if (isInside) return original.call(this, type, length, options);
    const before = this.liveBytes;
    isInside = true;
    let view: AnyView;
    try {
      view = original.call(this, type, length, options);
    } finally {
      isInside = false;
    }
    const bytes = this.liveBytes - before;
    counted += bytes;
    for (const user of hook.listeners) user.took(this, bytes, view);
    return view;
  };
}

/** For the methods that may take something back; some allocate too. */
function changing(original: Method, hook: MethodHook<ScopeUser>): Method {
  return function (this: Scope, value: AnyView | Checkpoint, other: unknown): unknown {
    const [bytes, blocks, before] = [this.liveBytes, this.liveBlocks, counted];
    const result = original.call(this, value, other);
    const change = this.liveBytes - bytes - (counted - before);
    const { liveBlocks } = this;
    const view = ArrayBuffer.isView(value) ? value : undefined;
    for (const user of hook.listeners) {
      if (change > 0) user.took(this, change, result);
      else if (change < 0) user.gave(this, -change, Math.max(0, blocks - liveBlocks), liveBlocks, view);
    }
    return result;
  };
}

let lifeHooks: readonly MethodHook<ScopeFollower>[] | undefined;
let useHooks: readonly MethodHook<ScopeUser>[] | undefined;

function addTo<L>(hooks: readonly MethodHook<L>[], listener: L): Disposable {
  const ends = hooks.map((hook) => hook.add(listener));
  return { [Symbol.dispose]: (): void => ends.forEach((end) => end[Symbol.dispose]()) };
}

/** Lets `follower` hear of all scopes of this realm until what this returns is disposed of. */
export function followScopes(follower: ScopeFollower): Disposable {
  lifeHooks ??= [
    new MethodHook(ScopePool.prototype, "open", opening),
    new MethodHook(Scope.prototype, Symbol.dispose, ending),
    new MethodHook(ScopePool.prototype, "close", poolEnding),
    new MethodHook(ScopePool.prototype, "destroy", poolEnding),
  ];
  return addTo(lifeHooks, follower);
}

/** Lets `user` hear of what all scopes of this realm hand out until what this returns is disposed of. */
export function followScopeUse(user: ScopeUser): Disposable {
  useHooks ??= [
    new MethodHook(Scope.prototype, "allocate", allocating),
    ...(["reallocate", "free", "rollback", "reset"] as const).map((name) =>
      new MethodHook(Scope.prototype, name, changing)
    ),
  ];
  return addTo(useHooks, user);
}
