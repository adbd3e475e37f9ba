import { library } from "../ffi/library/library.ts";
import { isWithin } from "../ffi/releases.ts";

/** Whether the thread that opens the loaded version first has to stay: a Worker that is first is refused 3.3. */
export const ENDS_WITH_THREAD: boolean = isWithin(library().version, { since: "3.3.0", until: "3.3.2" });

/** Options of a test in which the thread that opens the library first ends. */
export const ofEndingThreads: { readonly skip: string | false } = {
  skip: ENDS_WITH_THREAD ? "mimalloc 3.3 is refused there" : false,
};
