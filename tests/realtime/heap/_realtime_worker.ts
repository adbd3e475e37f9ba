import { parentPort } from "node:worker_threads";
import { AllocationProfile, type ProfileDocument, RealtimeHeap } from "../../../realtime/mod.ts";
import { play, type PlayOptions, residentIn } from "./_play.ts";

/** What the main thread sends. */
interface Task {
  readonly document: ProfileDocument;
  readonly work: PlayOptions;
}

parentPort!.once("message", ({ document, work }: Task) => {
  const heap = RealtimeHeap.create({ profile: AllocationProfile.from(document) });
  const resident = residentIn(heap);
  for (let round = 0; round < 3; round++) play(heap, work);
  const answer = { newPages: residentIn(heap) - resident, exceeded: heap.exceeded };
  heap.destroy();
  parentPort!.postMessage(answer);
});
