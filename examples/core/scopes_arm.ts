import { AllocationError, Arena, ScopePool } from "../../mod.ts";
import type { Arm } from "./arm.ts";
import { memoryOf } from "./memory.ts";

const MiB = 2 ** 20;
/**
 * What a small request needs. Bun counts a whole chunk as new JavaScript
 * memory for each request: larger ones make it collect more often.
 */
const CHUNK_BYTES = 16_384;

/** Sizes of the scopes arm. */
export interface ScopesArmOptions {
  /**
   * Bytes of the arena that all requests share.
   *
   * @default {268435456}
   */
  readonly arenaBytes?: number;
  /**
   * Bytes that one request may hold.
   *
   * @default {16777216}
   */
  readonly limit?: number;
}

/** Requests on scopes of one pool in one arena. */
export function createScopesArm(options: ScopesArmOptions = {}): Arm {
  const { arenaBytes = 256 * MiB, limit = 16 * MiB } = options;
  const arena = Arena.reserve(arenaBytes, { exclusive: true });
  const pool = new ScopePool({
    arena,
    limit,
    chunkBytes: CHUNK_BYTES,
    name: "requests",
  });
  return {
    name: "scopes",
    run: (task) => pool.run((scope) => task(memoryOf(scope))),
    refusal,
    figures: () => ({
      arenaBytes: arena.area.byteLength,
      opened: pool.opened,
      destroyed: pool.destroyed,
      live: pool.live,
      retained: pool.retained,
      liveBytes: pool.liveBytes,
      escapedBlocks: pool.escapedBlocks,
      quarantinedBlocks: pool.quarantinedBlocks,
    }),
    close: () => {
      pool.close();
      arena.close();
    },
  };
}

/** Too much for one request is the client's matter, too much for all is ours. */
function refusal(error: unknown): 413 | 503 | undefined {
  if (!(error instanceof AllocationError)) return undefined;
  return error.live + error.requested > error.limit ? 413 : 503;
}
