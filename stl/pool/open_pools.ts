/** What a pool tells of itself. */
export interface WatchedPool {
  /** Bytes that it holds. */
  readonly bytes: number;
  /** Things that are acquired and not released. */
  readonly live: number;
  /** The most of them at a time. */
  readonly highWater: number;
  /** Things that wait to be acquired again. */
  readonly idle: number;
  /** How many were acquired in all. */
  readonly acquired: number;
  /** Whether it was disposed of. */
  readonly closed: boolean;
}

/** A pool that was not disposed of, and what it does not tell of itself. */
export interface OpenPool {
  /** The pool. */
  readonly pool: WatchedPool;
  /** Its name. */
  readonly name: string;
  /** Bytes of each thing that it hands out. */
  readonly itemBytes: number;
}

/** Fewer are not looked through when a pool is made. */
const FEW = 32;

const entries = new Map<WeakRef<WatchedPool>, Omit<OpenPool, "pool">>();
let many = FEW;

/** Notes a pool that was made, without keeping it alive. */
export function watchPool<P extends WatchedPool>(pool: P, name: string, itemBytes: number): P {
  if (entries.size >= many) many = Math.max(FEW, 2 * openPools().length);
  entries.set(new WeakRef(pool), { name, itemBytes });
  return pool;
}

/** The pools of this thread that are neither disposed of nor collected. */
export function openPools(): OpenPool[] {
  const open: OpenPool[] = [];
  for (const [reference, entry] of entries) {
    const pool = reference.deref();
    if (pool === undefined || pool.closed) entries.delete(reference);
    else open.push({ pool, ...entry });
  }
  return open;
}
