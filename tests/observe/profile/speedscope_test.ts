import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { needsTool } from "../_system_tool.ts";
import { readWithSpeedscope } from "./_speedscope_page.ts";
import { takeProfile } from "./_two_sites.ts";

const NEEDS_BROWSER = { ...needsTool("chromium", "chromium"), timeout: 300_000 };

test(
  "speedscope reads SiteProfile.toSpeedscope() and shows the site with the most live bytes on top",
  NEEDS_BROWSER,
  async () => {
    using heap = new Heap();
    const { rows, messages, strangers } = await readWithSpeedscope(JSON.stringify(takeProfile(heap).toSpeedscope()));
    assert.ok(messages.includes("log: Importing as speedscope json file"), messages.join("\n"));
    assert.deepEqual(rows.slice(0, 2), [
      ["40.00 KB (>99%)", "40.00 KB (>99%)", "cacheTile"],
      ["24 B (0.06%)", "24 B (0.06%)", "decodeTile"],
    ]);
    assert.deepEqual(strangers, []);
  },
);

test("speedscope reads SiteProfile.toPprof() with the same figures", NEEDS_BROWSER, async () => {
  using heap = new Heap();
  const { rows, messages, strangers } = await readWithSpeedscope(takeProfile(heap).toPprof());
  assert.ok(messages.includes("log: Importing as protobuf encoded pprof file"), messages.join("\n"));
  assert.deepEqual(rows.slice(0, 2), [
    ["40.00 KB (>99%)", "40.00 KB (>99%)", "cacheTile"],
    ["24 B (0.06%)", "24 B (0.06%)", "decodeTile"],
  ]);
  assert.deepEqual(strangers, []);
});
