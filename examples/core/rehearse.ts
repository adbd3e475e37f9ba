import { Heap } from "../../mod.ts";
import { AllocationProfile, RealtimeHeap, type RealtimeVariant } from "../../realtime/mod.ts";

/** A heap that has everything ready that `play` allocates: it is played once on another heap, to see what that is. */
export function rehearsedHeap(
  name: string,
  play: (heap: Heap) => void,
  variant: RealtimeVariant = "page",
): RealtimeHeap {
  using rehearsal = new Heap({ name: `${name}, rehearsal` });
  using recorder = AllocationProfile.record(rehearsal);
  play(rehearsal);
  return RealtimeHeap.create({ name, profile: recorder.profile(), variant });
}
