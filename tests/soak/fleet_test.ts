import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../../mod.ts";
import { soakFleet } from "../../scripts/soak/fleet/run_fleet.mjs";

test(
  "the resident service answers right beside clients that leave, send nonsense and stall, and at its limit",
  { timeout: 300_000 },
  async () => {
    const { path, versionText } = loadLibrary();
    const { faults, count, liveBytes, rss } = await soakFleet({
      runtime: "Deno" in globalThis ? "deno" : "bun",
      executable: process.execPath,
      library: { path, version: versionText },
      seconds: 2,
    });
    // Seconds are too few for memory to be flat: `npm run soak -- --fleet 30` looks at that.
    assert.deepEqual(faults.filter((fault: string) => !/the resident memory grew/.test(fault)), []);
    assert.ok(count > 100, `${count} requests`);
    assert.equal(liveBytes, 0);
    assert.ok(rss.length >= 4);
  },
);
