import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import { refuseArgument } from "../argument.ts";
import { mainSubprocess, type SubprocessState } from "../core/subprocess_state.ts";
import { ClosedError } from "../errors.ts";
import { Heap, storeOf } from "../heap/heap.ts";
import { stateOf, Subprocess } from "../subprocess/subprocess.ts";
import { keepHeap, loseHeap, restoreHeaps } from "./_profiled_heaps.ts";

/** What a profiler of mimalloc can be attached to. */
export interface ProfilerTarget {
  /** How it is called in messages. */
  readonly label: string;
  /** The sub-process that it lies in. */
  readonly subprocess: SubprocessState;
  /** Attaches a profiler; false when there is one. */
  attach(profiler: Handle): boolean;
  /** Detaches it. C must know the target still. */
  detach(): void;
  /** Calls `attachAgain` when C forgets the profiler, and `end` when the target ends, until the result is called. */
  follow(attachAgain: () => void, end: () => void): () => void;
  /** Calls `task` once C has freed all that was in the target; never when that may live on. */
  whenGone(task: () => void): void;
}

/** The target that a program names, the main sub-process when it names none; throws as `Profiler` says. */
export function profilerTarget(of: Heap | Subprocess | undefined): ProfilerTarget {
  if (of === undefined) return subprocessTarget(mainSubprocess);
  if (of instanceof Heap) return heapTarget(of);
  if (!(of instanceof Subprocess)) refuseArgument(of, "profile", "a Heap or a Subprocess");
  const subprocess = stateOf(of);
  if (subprocess.closed) throw new ClosedError(`Cannot profile ${subprocess.label}: it is destroyed`);
  return subprocessTarget(subprocess);
}

function heapTarget(heap: Heap): ProfilerTarget {
  const store = storeOf(heap);
  const handle = store.handle("profile");
  const { endings } = store.budget;
  const { heapProfile } = library().bind("profiling");
  return {
    label: store.label,
    subprocess: store.budget.subprocess,
    attach: (profiler) => heapProfile(handle, profiler),
    detach: () => void heapProfile(handle, null),
    follow(attachAgain, end): () => void {
      endings.add(end);
      keepHeap(store, attachAgain);
      return () => {
        endings.delete(end);
        loseHeap(store);
      };
    },
    whenGone(task): void {
      store.budget.whenGone(task);
      store.budget.subprocess.afterwards(task);
    },
  };
}

function subprocessTarget(subprocess: SubprocessState): ProfilerTarget {
  const { handle, label, members } = subprocess;
  const { profile, subprocProfile } = library().bind("profiling");
  const attach = (profiler: Handle | null): boolean =>
    handle === null ? profile(profiler) : subprocProfile(handle, profiler);
  return {
    label,
    subprocess,
    attach,
    detach(): void {
      attach(null);
      restoreHeaps(subprocess);
    },
    follow(_attachAgain, destroy): () => void {
      const member = { destroy };
      members?.add(member);
      return () => members?.delete(member);
    },
    // Nothing tells of the main one.
    whenGone: (task) => subprocess.afterwards(task),
  };
}
