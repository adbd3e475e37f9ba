import type { AllocateOptions, AnyView, ViewConstructor } from "../../heaps/allocator.ts";
import { Heap, storeOf } from "../../heaps/heap/heap.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { type Method, MethodHook } from "./method_hook.ts";

/** Hears of views that heaps hand out, and of heaps that cannot be closed. */
export interface HeapFollower {
  /** A heap hands a view out. */
  handedOut(view: AnyView): void;
  /** Somebody tries to close a heap that may have live blocks. */
  closing(store: BlockStore): void;
}

type HeapHook = MethodHook<HeapFollower>;

function allocating(original: Method, hook: HeapHook): Method {
  return function (this: Heap, type: ViewConstructor, length: number, options?: AllocateOptions): AnyView {
    const view = original.call(this, type, length, options);
    for (const follower of hook.listeners) follower.handedOut(view);
    return view;
  };
}

function reallocating(original: Method, hook: HeapHook): Method {
  return function (this: Heap, view: AnyView, length: number): AnyView {
    const result = original.call(this, view, length);
    for (const follower of hook.listeners) follower.handedOut(result);
    return result;
  };
}

function closing(original: Method, hook: HeapHook): Method {
  return function (this: Heap): void {
    if (!this.closed) { for (const follower of hook.listeners) follower.closing(storeOf(this)); }
    original.call(this);
  };
}

let hooks: readonly HeapHook[] | undefined;

/** Lets `follower` hear of all heaps of this realm until what this returns is disposed of. */
export function followHeaps(follower: HeapFollower): Disposable {
  hooks ??= [
    new MethodHook(Heap.prototype, "allocate", allocating),
    new MethodHook(Heap.prototype, "allocateZeroed", allocating),
    new MethodHook(Heap.prototype, "reallocate", reallocating),
    new MethodHook(Heap.prototype, "close", closing),
  ];
  const ends = hooks.map((hook) => hook.add(follower));
  return { [Symbol.dispose]: (): void => ends.forEach((end) => end[Symbol.dispose]()) };
}
