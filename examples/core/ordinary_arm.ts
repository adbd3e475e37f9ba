import type { Arm } from "./arm.ts";
import { ORDINARY_MEMORY } from "./memory.ts";

/** Requests on ordinary typed arrays: the garbage collector frees them. */
export function createOrdinaryArm(): Arm {
  return {
    name: "ordinary",
    run: (task) => task(ORDINARY_MEMORY),
    refusal: (error) => error instanceof RangeError ? 503 : undefined,
    figures: () => undefined,
    close: () => {},
  };
}
