import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../../mod.ts";
import { soakFleet } from "../../scripts/soak/fleet/run_fleet.mjs";

test(
  "the resident service answers right beside clients that leave, send nonsense and stall, and at its limit",
  { timeout: 900_000 },
  async () => {
    const { path, versionText } = loadLibrary();
    // The machine may stand still meanwhile, but not each time.
    for (let run = 0;; run++) {
      const { faults, count, liveBytes, rss } = await soakFleet({
        runtime: "Deno" in globalThis ? "deno" : "bun",
        executable: process.execPath,
        library: { path, version: versionText },
        seconds: 2,
      });
      // Seconds are too few for memory to be flat: `npm run soak -- --fleet 30` looks at that.
      assert.deepEqual(faults.filter((fault: string) => !/the resident memory grew/.test(fault)), []);
      assert.equal(liveBytes, 0);
      if (count > 100 && rss.length >= 4) break;
      assert.ok(run < 4, `${count} requests, ${rss.length} readings`);
    }
  },
);
