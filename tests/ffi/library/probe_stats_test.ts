import assert from "node:assert/strict";
import { test } from "node:test";
import { library, UnsupportedError, versionOf } from "../../../ffi/mod.ts";
import { probeStats } from "../../../ffi/library/probe_stats.ts";
import { statsLayoutOf } from "../../../ffi/stats_layout.ts";

/** `sizeof(mi_stats_t)`, `MI_STAT_VERSION` and an offset of each kind, as a C compiler says of the headers. */
const IN_C = [
  ["2.2.4", 4184, 1, { reset: 80, pages_extended: 352, page_bins: 2408 }],
  ["2.2.7", 4160, 3, { reset: 80, pages_extended: 320, page_bins: 2384 }],
  ["2.3.2", 4168, 4, { reset: 88, pages_extended: 328, page_bins: 2392 }],
  ["2.4.1", 4168, 4, { reset: 88, pages_extended: 328, page_bins: 2392 }],
  ["3.0.3", 4304, 2, { reset: 80, pages_extended: 352, page_bins: 2408 }],
  ["3.0.10", 4304, 1, { reset: 80, pages_extended: 352, page_bins: 2408 }],
  ["3.1.5", 4304, 2, { reset: 80, pages_extended: 352, page_bins: 2408 }],
  ["3.1.6", 4304, 3, { reset: 80, pages_extended: 320, page_bins: 2384 }],
  ["3.2.8", 4336, 4, { reset: 88, pages_extended: 328, page_bins: 2416 }],
  ["3.3.2", 4368, 5, { reset: 88, pages_extended: 328, page_bins: 2448 }],
  ["3.4.3", 4368, 5, { reset: 88, pages_extended: 328, page_bins: 2448 }],
  ["3.6.0", 4480, 6, { reset: 88, pages_extended: 296, page_bins: 2560 }],
] as const;

test("statsLayoutOf() says where the fields of mi_stats_t lie in each release", () => {
  for (const [version, byteLength, statVersion, offsets] of IN_C) {
    const layout = statsLayoutOf(versionOf(version))!;
    const { reset } = { ...layout.counts, ...layout.counters };
    assert.deepEqual([layout.byteLength, layout.version], [byteLength, statVersion], version);
    const found = {
      reset,
      "pages_extended": layout.counters["pages_extended"],
      "page_bins": layout.bins["page_bins"]!.offset,
    };
    assert.deepEqual(found, offsets, version);
  }
  for (const version of ["2.0.5", "2.1.9", "3.0.1"]) assert.equal(statsLayoutOf(versionOf(version)), undefined);
});

test("Library.statsLayout is that of the version, found by asking the library", () => {
  const loaded = library();
  const expected = statsLayoutOf(loaded.version);
  if (expected === undefined) assert.throws(() => loaded.statsLayout, UnsupportedError);
  else assert.deepEqual(loaded.statsLayout, expected);
});

test("probeStats() survives a library whose mi_stats_get is not that of its version, and names it", {
  skip: !library().has("mi_stats_get"),
}, () => {
  const { path, version } = library();
  const own = statsLayoutOf(version)!;
  for (const [claimed, byteLength, statVersion] of IN_C) {
    const form = statsLayoutOf(versionOf(claimed))!;
    const probed = { path, version: versionOf(claimed), has: () => true };
    // Those that describe themselves are told apart by the library, whatever is claimed.
    if (own.selfDescribing && form.selfDescribing) {
      if (probed.version.major === version.major) assert.deepEqual(probeStats(probed), own, claimed);
      continue;
    }
    if (own.byteLength === byteLength && own.version === statVersion) continue;
    if (!own.selfDescribing && own.version === statVersion) continue;
    assert.throws(() => probeStats(probed), {
      name: "UnsupportedError",
      message: /in another form than that of its version, needed mi_stats_t of \d+ bytes, version \d$/,
    }, claimed);
  }
});
