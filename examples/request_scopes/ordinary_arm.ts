import type { Arm } from "./arm.ts";
import type { Memory } from "./memory.ts";

const MEMORY: Memory = {
  bytes: (length) => new Uint8Array(length),
  integers: (length) => new Int32Array(length),
  doubles: (length) => new Float64Array(length),
};

/** Requests on ordinary typed arrays: the garbage collector frees them. */
export function createOrdinaryArm(): Arm {
  return {
    name: "ordinary",
    run: (task) => task(MEMORY),
    refusal: (error) => error instanceof RangeError ? 503 : undefined,
    figures: () => undefined,
    close: () => {},
  };
}
