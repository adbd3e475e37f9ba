import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { bare } from "../_bare.ts";
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

function bareTransfer(length: number): Arm {
  return arm({
    name: "bare slice+transfer",
    bind: () => ({
      wrap: bare.wrap,
      block: bare.malloc(CHUNK_BYTES),
      length,
      end: CHUNK_BYTES,
    }),
    release: ({ block }) => bare.free(block),
    run: ({ wrap, block, length, end }) => {
      let buffer = wrap(block, end);
      let offset = 0;
      return (operations) => {
        let sum = 0;
        for (let i = 0; i < operations; i++) {
          if (offset === end) {
            offset = 0;
            buffer = buffer.transfer();
          }
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

function scopeAllocate(length: number): Arm {
  return arm({
    name: "Scope.allocate",
    bind: () => {
      const pool = new ScopePool({ name: "bench", chunkBytes: CHUNK_BYTES });
      return { pool, length, perReset: CHUNK_BYTES / (length * 8) };
    },
    release: ({ pool }) => pool.destroy(),
    run: ({ pool, length, perReset }) => {
      const scope = pool.open();
      let count = 0;
      return (operations) => {
        let sum = 0;
        for (let i = 0; i < operations; i++) {
          if (count === perReset) {
            count = 0;
            scope.reset();
          }
          count++;
          const view = scope.allocate(Float64Array, length);
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
  operation: "a Float64Array of 64 B, write, read; 64 KiB are freed together",
  checksum: byteSum,
  arms: [newSlice(8), bareTransfer(8), scopeAllocate(8)],
  targets: [
    {
      arm: "Scope.allocate",
      atMost: 1.25,
      against: "new Float64Array(buffer, offset, length)",
      floor: { arm: "bare slice+transfer", margin: 1.25 },
    },
  ],
};

/**
 * The same against the garbage collector. Apart from the group above, because
 * in V8 what 70,000 dead `new Float64Array(8)` leave to do slows the next
 * 10 ms down, by up to 50 % for views.
 */
export const garbage64: Group = {
  name: "garbage 64 B",
  operation: slice64.operation,
  checksum: byteSum,
  arms: [newType(8), scopeAllocate(8)],
  targets: [
    { arm: "Scope.allocate", timesFaster: 8, against: "new Float64Array(8)", runtimes: ["deno"] },
  ],
};

/** Views of 4 KiB that end together. */
export const slice4096: Group = {
  name: "slice 4 KiB",
  operation: "a Float64Array of 4 KiB, write, read; 64 KiB are freed together",
  checksum: byteSum,
  arms: [newSlice(512), bareTransfer(512), scopeAllocate(512), newType(512)],
  targets: [{ arm: "Scope.allocate", timesFaster: 2, against: "new Float64Array(512)" }],
};
