import type { Allocator, Arena, Heap } from "@mimalloc/ffi";
import {
  AllocationProfile,
  type AllocationRecorder,
  type Headroom,
  type LockReport,
  type ProfileDocument,
  type ProfileExcess,
  type ProfileFault,
  type ProfileSummary,
  RealtimeHeap,
  type SizeHeadroom,
} from "@mimalloc/ffi/realtime";
import { expectAssignable, expectError, expectType } from "tsd";

declare const heap: Heap;
declare const arena: Arena;
declare const document: ProfileDocument;

// What is recorded comes back as a profile.
expectType<AllocationRecorder>(AllocationProfile.record());
expectType<AllocationRecorder>(AllocationProfile.record(heap));
expectAssignable<Disposable>(AllocationProfile.record(heap));
const profile = AllocationProfile.record(heap).profile();
expectType<AllocationProfile>(profile);
expectType<AllocationProfile>(AllocationProfile.load("profile.json"));
expectType<AllocationProfile>(AllocationProfile.load(new URL("file:///profile.json")));
expectType<AllocationProfile>(AllocationProfile.from(document));
expectType<AllocationProfile>(profile.merge(profile, profile));
expectType<AllocationProfile>(profile.scale(1.2));
expectType<boolean>(profile.converged([profile], 3));
expectType<ProfileDocument>(profile.toJSON());
expectType<ProfileSummary>(profile.summary());
expectType<string>(profile.picture());
expectType<void>(profile.save("profile.json"));
expectError(profile.converged(profile));
expectError(AllocationProfile.from({}));
expectError(AllocationProfile.record({}));

// A realtime heap is a heap with views of the same types.
const realtime = RealtimeHeap.create({ profile });
expectType<RealtimeHeap>(realtime);
expectAssignable<Heap>(realtime);
expectAssignable<Allocator>(realtime);
expectType<Float32Array<ArrayBuffer>>(realtime.allocate(Float32Array, 128));
expectType<Headroom>(realtime.headroom());
expectType<readonly SizeHeadroom[]>(realtime.headroom().sizes);
expectType<number>(realtime.exceeded);
expectType<LockReport>(realtime.locked);
expectType<AllocationProfile>(realtime.profile());
expectType<"page" | "segment">(realtime.variant);

// Options are checked by name and by value.
RealtimeHeap.create({ profile, variant: "segment", onExceeded: "grow", lock: true, name: "audio", limit: 1024, arena });
RealtimeHeap.create({ profile, growthBytes: 2 ** 20, onExceeded: (excess) => expectType<ProfileExcess>(excess) });
expectError(RealtimeHeap.create({}));
expectError(RealtimeHeap.create({ profile, variant: "pages" }));
expectError(RealtimeHeap.create({ profile, onExceeded: "ignore" }));
expectError(RealtimeHeap.create({ profile: document }));

declare const fault: ProfileFault;
expectType<"damaged" | "version" | "sizes">(fault);
