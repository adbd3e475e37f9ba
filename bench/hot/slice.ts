import { type Arm, arm, type Group } from "../suite.ts";
import { byteSum } from "./view.ts";

/** Bytes of one ArrayBuffer sliced by hand, and of one chunk of a scope. */
const CHUNK_BYTES = 65_536;

function newSlice(length: number): Arm {
  return arm({
    name: "new Float64Array(buffer, offset, length)",
    bind: () => ({
      buffer: new ArrayBuffer(CHUNK_BYTES),
      length,
      end: CHUNK_BYTES,
    }),
    run: ({ buffer, length, end }) => {
      let offset = 0;
      return (operations) => {
        let sum = 0;
        for (let i = 0; i < operations; i++) {
          if (offset === end) offset = 0;
          const view = new Float64Array(buffer, offset, length);
          offset += length * 8;
          view[0] = i & 255;
          sum += view[0]!;
        }
        return sum;
      };
    },
  });
}

function newType(length: number): Arm {
  return arm({
    name: `new Float64Array(${length})`,
    bind: () => length,
    run: (length) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const view = new Float64Array(length);
        view[0] = i & 255;
        sum += view[0]!;
      }
      return sum;
    },
  });
}

/** Views of 64 B that end together. */
export const slice64: Group = {
  name: "slice 64 B",
  operation: "a Float64Array of 64 B, write, read; freed with all others",
  checksum: byteSum,
  arms: [newSlice(8), newType(8)],
  targets: [],
};

/** Views of 4 KiB that end together. */
export const slice4096: Group = {
  name: "slice 4 KiB",
  operation: "a Float64Array of 4 KiB, write, read; freed with all others",
  checksum: byteSum,
  arms: [newSlice(512), newType(512)],
  targets: [],
};
