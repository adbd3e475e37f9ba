import type { AllocateOptions, AnyView, ViewConstructor } from "../../heaps/allocator.ts";
import type { Checkpoint } from "../../heaps/scope/checkpoint.ts";
import { Scope, watchOf, watchScope } from "../../heaps/scope/scope.ts";
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

/** Hears of what scopes take back, and of what they hand out in calls that may take something back. */
export interface ScopeChanges {
  /** Whether it hears of each allocation besides, also of those inside of such calls. */
  readonly hearsAllocations: boolean;
  /** A scope handed out `bytes` more, in `view`, and has `added` blocks more: none when it grew one in place. */
  took(scope: Scope, bytes: number, view: AnyView, added: number): void;
  /** A scope took `bytes` in `blocks` back, and has `left` blocks still; `view` alone, or whatever came last. */
  gave(scope: Scope, bytes: number, blocks: number, left: number, view?: AnyView): void;
}

/** Hears of each allocation of scopes too. */
export interface ScopeUser extends ScopeChanges {
  readonly hearsAllocations: true;
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
    for (const user of hook.listeners) user.took(this, bytes, view, 1);
    return view;
  };
}

/** For the methods that may take something back; some allocate too. */
function changing(original: Method, hook: MethodHook<ScopeChanges>): Method {
  return function (this: Scope, value: AnyView | Checkpoint, other: unknown): unknown {
    const [bytes, blocks, before] = [this.liveBytes, this.liveBlocks, counted];
    const result = callUnwatched(this, original, value, other);
    const { liveBlocks } = this;
    const whole = this.liveBytes - bytes;
    const rest = whole - (counted - before);
    const view = ArrayBuffer.isView(value) ? value : undefined;
    for (const follower of hook.listeners) {
      const change = follower.hearsAllocations ? rest : whole;
      if (change > 0) follower.took(this, change, result as AnyView, liveBlocks - blocks);
      else if (change < 0) follower.gave(this, -change, Math.max(0, blocks - liveBlocks), liveBlocks, view);
    }
    return result;
  };
}

// What is last in a chunk grows in place up to the end of that, not to the point of a watch.
function callUnwatched(scope: Scope, method: Method, ...values: readonly unknown[]): unknown {
  const watch = watchOf(scope);
  if (watch === undefined) return method.apply(scope, values as unknown[]);
  watchScope(scope, undefined);
  try {
    return method.apply(scope, values as unknown[]);
  } finally {
    watchScope(scope, watch);
  }
}

let lifeHooks: readonly MethodHook<ScopeFollower>[] | undefined;
let useHook: MethodHook<ScopeUser> | undefined;
let changeHooks: readonly MethodHook<ScopeChanges>[] | undefined;

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

/** Lets `follower` hear of what all scopes of this realm take back until what this returns is disposed of. */
export function followScopeChanges(follower: ScopeChanges): Disposable {
  changeHooks ??= (["reallocate", "free", "rollback", "reset"] as const).map((name) =>
    new MethodHook(Scope.prototype, name, changing)
  );
  return addTo(changeHooks, follower);
}

/** Lets `user` hear of what all scopes of this realm hand out, too; each allocation costs more meanwhile. */
export function followScopeUse(user: ScopeUser): Disposable {
  useHook ??= new MethodHook(Scope.prototype, "allocate", allocating);
  const ends = [useHook.add(user), followScopeChanges(user)];
  return { [Symbol.dispose]: (): void => ends.forEach((end) => end[Symbol.dispose]()) };
}
