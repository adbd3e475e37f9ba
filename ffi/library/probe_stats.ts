import { UnsupportedError } from "../errors.ts";
import { backend } from "../runtime/backend.ts";
import { describedLayouts, type StatsLayout, statsLayoutOf } from "../stats_layout.ts";
import type { Declaration } from "../types.ts";
import { formatVersion, type Version } from "../version.ts";

/** What the probe has to know of a library. */
interface Probed {
  readonly path: string;
  readonly version: Version;
  has(symbol: "mi_stats_get"): boolean;
}

/** Stands behind the structure, and in it before C fills it: no figure of a new process. */
const UNTOUCHED = 0x5ca1ab1e_0ddba11n;
const GUARD_WORDS = 64;

/** C functions that take (structure), or (size, structure): see {@linkcode probeStats}. */
const AS_STRUCTURE: Declaration = { parameters: ["buffer", "buffer"], result: "bool" };
const AS_SIZED: Declaration = { parameters: ["size", "buffer"], result: "void" };

/**
 * Finds out by harmless calls where the fields of `mi_stats_t` lie in the loaded library, whatever its version number
 * promises: a wrong form of `mi_stats_get` would kill the process.
 *
 * A call with (structure, NULL) suits both forms. The later one takes the structure, refuses any other size and
 * version, and knows no second parameter; the earlier one takes it for a size, and returns at once because there is no
 * structure. Only what is none of the later ones is then called with a size, and must leave what lies behind the
 * structure alone.
 *
 * Throws {@linkcode UnsupportedError} when there is no such function, or when the structure is none of those that are
 * known.
 */
export function probeStats(loaded: Probed): StatsLayout {
  const found = `mimalloc ${formatVersion(loaded.version)}`;
  if (!loaded.has("mi_stats_get")) {
    throw new UnsupportedError({ feature: "mi_stats_get", found, needed: "mimalloc 2.2.2, 3.0.2 or newer" });
  }
  const layout = describedLayout(loaded) ?? sizedLayout(loaded);
  const expected = statsLayoutOf(loaded.version);
  if (layout !== undefined && layout.selfDescribing === expected?.selfDescribing) return layout;
  throw new UnsupportedError({
    feature: "mi_stats_get",
    found: `${found} with statistics (mi_stats_t) in another form than that of its version`,
    needed: expected === undefined
      ? "a version whose statistics are known"
      : `mi_stats_t of ${expected.byteLength} bytes, version ${expected.version}`,
  });
}

function describedLayout(loaded: Probed): StatsLayout | undefined {
  const get = bindForm(loaded, AS_STRUCTURE);
  return describedLayouts(loaded.version).find((layout) => {
    const words = emptyStructure(layout);
    words[0] = BigInt(layout.byteLength);
    words[1] = BigInt(layout.version);
    get(words, null);
    return words[2] !== UNTOUCHED && isIntact(words, layout);
  });
}

function sizedLayout(loaded: Probed): StatsLayout | undefined {
  const layout = statsLayoutOf(loaded.version);
  if (layout === undefined || layout.selfDescribing) return undefined;
  const words = emptyStructure(layout);
  bindForm(loaded, AS_SIZED)(layout.byteLength, words);
  const [version] = new Int32Array(words.buffer);
  return version === layout.version && isIntact(words, layout) ? layout : undefined;
}

function bindForm({ path }: Probed, form: Declaration): (...parameters: unknown[]) => unknown {
  return backend().bind(path, { mi_stats_get: form }, false)["mi_stats_get"]!;
}

function emptyStructure({ byteLength }: StatsLayout): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(byteLength / 8 + GUARD_WORDS).fill(UNTOUCHED);
}

function isIntact(words: BigInt64Array, { byteLength }: StatsLayout): boolean {
  return words.subarray(byteLength / 8).every((word) => word === UNTOUCHED);
}
