import { leaveRealms, ownFigures } from "../../ffi/libc/realms.ts";
import { whenLifeEnds } from "../../ffi/library/life.ts";

let figures: Float64Array<ArrayBuffer> | undefined;

/** What the heaps of this realm have handed out, where other threads read it; see `realmFigure`. */
export function realmFigures(): Float64Array<ArrayBuffer> {
  return figures ??= begin();
}

function begin(): Float64Array<ArrayBuffer> {
  whenLifeEnds("realm", leaveRealms);
  return ownFigures();
}
