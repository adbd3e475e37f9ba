import { Heap } from "../../heaps/heap/heap.ts";
import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { bare } from "../_bare.ts";
import { type Arm, arm, type Group, type Target } from "../suite.ts";

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

function bareTransfer(load: Load): Arm {
  return arm({
    name: "bare slice+transfer",
    bind: () => {
      const bytes = Math.max(65_536, load.count * load.length * 8);
      return { ...load, wrap: bare.wrap, block: bare.malloc(bytes), bytes };
    },
    release: ({ block }) => bare.free(block),
    run: ({ count, length, wrap, block, bytes }) => {
      let buffer = wrap(block, bytes);
      return (operations) => {
        let sum = 0;
        for (let i = 0; i < operations; i++) {
          let offset = 0;
          for (let k = 0; k < count; k++) {
            const view = new Float64Array(buffer, offset, length);
            offset += length * 8;
            view[0] = k;
            sum += view[0]!;
          }
          buffer = buffer.transfer();
        }
        return sum;
      };
    },
  });
}

function pooledScope(load: Load): Arm {
  return arm({
    name: "pooled scope",
    bind: () => ({ ...load, pool: new ScopePool({ name: "bench" }) }),
    release: ({ pool }) => pool.close(),
    run: ({ count, length, pool }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const scope = pool.open();
        for (let k = 0; k < count; k++) {
          const view = scope.allocate(Float64Array, length);
          view[0] = k;
          sum += view[0]!;
        }
        scope[Symbol.dispose]();
      }
      return sum;
    },
  });
}

function usingScope(load: Load): Arm {
  return arm({
    name: "pooled scope with using",
    bind: () => ({ ...load, pool: new ScopePool({ name: "bench" }) }),
    release: ({ pool }) => pool.close(),
    run: ({ count, length, pool }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        using scope = pool.open();
        for (let k = 0; k < count; k++) {
          const view = scope.allocate(Float64Array, length);
          view[0] = k;
          sum += view[0]!;
        }
      }
      return sum;
    },
  });
}

function runScope(load: Load): Arm {
  return arm({
    name: "ScopePool.run",
    bind: () => ({ ...load, pool: new ScopePool({ name: "bench" }) }),
    release: ({ pool }) => pool.close(),
    run: ({ count, length, pool }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        sum += pool.run((scope) => {
          let partial = 0;
          for (let k = 0; k < count; k++) {
            const view = scope.allocate(Float64Array, length);
            view[0] = k;
            partial += view[0]!;
          }
          return partial;
        });
      }
      return sum;
    },
  });
}

function heapBlocks(load: Load): Arm {
  return arm({
    name: "Heap.allocate + free each",
    bind: () => ({ ...load, heap: new Heap({ name: "bench" }) }),
    release: ({ heap }) => heap.close(),
    run: ({ count, length, heap }) => {
      const views: Float64Array<ArrayBuffer>[] = new Array(count);
      return (operations) => {
        let sum = 0;
        for (let i = 0; i < operations; i++) {
          for (let k = 0; k < count; k++) {
            const view = views[k] = heap.allocate(Float64Array, length);
            view[0] = k;
            sum += view[0]!;
          }
          for (let k = 0; k < count; k++) heap.free(views[k]!);
        }
        return sum;
      };
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

function pooled(name: string, load: Load, targets: readonly Target[]): Group {
  const perScope = load.count * (load.count - 1) / 2;
  return {
    name,
    operation: `one request: ${name}, write and read each, free all`,
    checksum: (operations) => operations * perScope,
    arms: [
      bareChunk(load),
      bareTransfer(load),
      pooledScope(load),
      usingScope(load),
      runScope(load),
      heapBlocks(load),
      bareBlocks(load),
      newType(load),
    ],
    targets,
  };
}

/** A small request. */
export const pooled10: Group = pooled("10 × 64 B", { count: 10, length: 8 }, [
  {
    arm: "pooled scope",
    atMostNanoseconds: 600,
    runtimes: ["deno"],
    floor: { arm: "bare slice+transfer", margin: 1.25 },
  },
  {
    arm: "pooled scope",
    atMostNanoseconds: 1600,
    runtimes: ["bun"],
    floor: { arm: "bare slice+transfer", margin: 1.25 },
  },
  { arm: "pooled scope", atMost: 1.25, against: "bare wrap+slice+detach" },
]);

/** A busy request. */
export const pooled100: Group = pooled("100 × 64 B", { count: 100, length: 8 }, [
  { arm: "pooled scope", atMost: 1.25, against: "bare wrap+slice+detach" },
]);

/** A request with big buffers, more than one default chunk. */
export const pooled20: Group = pooled("20 × 4 KiB", { count: 20, length: 512 }, [
  { arm: "pooled scope", timesFaster: 2, against: "new Float64Array(n)" },
]);
