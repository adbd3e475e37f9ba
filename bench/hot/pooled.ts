import { bare } from "../_bare.ts";
import { type Arm, arm, type Group } from "../suite.ts";

/** What one request allocates. */
interface Load {
  /** Blocks in one scope. */
  readonly count: number;
  /** Float64 elements in a block. */
  readonly length: number;
}

function newType(load: Load): Arm {
  return arm({
    name: "new Float64Array(n)",
    bind: () => load,
    run: ({ count, length }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        for (let k = 0; k < count; k++) {
          const view = new Float64Array(length);
          view[0] = k;
          sum += view[0]!;
        }
      }
      return sum;
    },
  });
}

function bareChunk(load: Load): Arm {
  return arm({
    name: "bare wrap+slice+detach",
    bind: () => {
      const bytes = Math.max(65_536, load.count * load.length * 8);
      return { ...load, wrap: bare.wrap, block: bare.malloc(bytes), bytes };
    },
    release: ({ block }) => bare.free(block),
    run: ({ count, length, wrap, block, bytes }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const buffer = wrap(block, bytes);
        let offset = 0;
        for (let k = 0; k < count; k++) {
          const view = new Float64Array(buffer, offset, length);
          offset += length * 8;
          view[0] = k;
          sum += view[0]!;
        }
        buffer.transfer(0);
      }
      return sum;
    },
  });
}

function bareBlocks(load: Load): Arm {
  return arm({
    name: "bare wrap+detach each",
    bind: () => ({
      ...load,
      malloc: bare.malloc,
      free: bare.free,
      wrap: bare.wrap,
    }),
    run: ({ count, length, malloc, free, wrap }) => {
      const blocks: unknown[] = new Array(count);
      const buffers: ArrayBuffer[] = new Array(count);
      return (operations) => {
        let sum = 0;
        for (let i = 0; i < operations; i++) {
          for (let k = 0; k < count; k++) {
            const block = blocks[k] = malloc(length * 8);
            const buffer = buffers[k] = wrap(block, length * 8);
            const view = new Float64Array(buffer);
            view[0] = k;
            sum += view[0]!;
          }
          for (let k = 0; k < count; k++) {
            buffers[k]!.transfer(0);
            free(blocks[k]);
          }
        }
        return sum;
      };
    },
  });
}

function pooled(name: string, load: Load): Group {
  const perScope = load.count * (load.count - 1) / 2;
  return {
    name,
    operation: `one request: ${name}, write and read each, free all`,
    checksum: (operations) => operations * perScope,
    arms: [bareChunk(load), bareBlocks(load), newType(load)],
    targets: [],
  };
}

/** A small request. */
export const pooled10: Group = pooled("10 × 64 B", { count: 10, length: 8 });

/** A busy request. */
export const pooled100: Group = pooled("100 × 64 B", { count: 100, length: 8 });

/** A request with big buffers, more than one default chunk. */
export const pooled20: Group = pooled("20 × 4 KiB", { count: 20, length: 512 });
