import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { optionsOf } from "../../../ffi/options_of.ts";
import { library } from "../../../ffi/library/library.ts";
import { isPresent, isWithin, releases } from "../../../ffi/releases.ts";
import { versionOf } from "../../../ffi/version.ts";
import { presets } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";
import { isSampling, isSecure } from "../../_build.ts";
import { retried } from "../../_time.ts";

const MIB = 2 ** 20;

/** The bytes that destroying a heap of 64 MiB gives back under a preset, at once and with a collection. */
async function givenBack(
  preset: keyof typeof presets | "default",
): Promise<{ readonly atOnce: number; readonly collected: number }> {
  const { stdout, stderr, code } = await runProgram("tests/heaps/options/programs/resident_after_destroy.ts", {
    arguments: [preset],
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test("presets set something on every version", () => {
  for (const release of releases) {
    const known = optionsOf(versionOf(release));
    for (const [name, preset] of Object.entries(presets)) {
      assert.ok(Object.keys(preset).some((option) => Object.hasOwn(known, option)), `${name} on ${release}`);
    }
  }
});

test("presets.latency keeps memory, and lowMemory gives it back, under the name that each version has", () => {
  for (const release of releases) {
    const known = optionsOf(versionOf(release));
    const delays = Object.keys(known).filter((name) => ["purge_delay", "decommit_delay"].includes(name));
    assert.equal(delays.length, 1, release);
    assert.ok(delays[0]! in presets.latency && delays[0]! in presets.lowMemory, release);
    assert.equal("stats_merge_threshold" in known, release === "3.6.0");
    assert.equal("page_full_retain" in known, release.startsWith("3."));
  }
  assert.equal(presets.latency.stats_merge_threshold, 0);
  assert.equal(presets.latency.page_full_retain, 0);
});

// Guard pages keep the memory behind which they stand.
// So do secure builds up to 2.0.9.
const isKept = isSecure() && isWithin(library().version, { until: "2.0.9" });
const isUsual = !isSampling() && !isKept && library().build.type !== "debug";
// Resident memory is told exactly on Linux alone.
const skip = process.platform !== "linux" ? "it is not Linux" : isUsual ? false : "this build keeps the memory";

test("presets.lowMemory gives memory back as soon as a heap is destroyed", { skip }, async () => {
  const { atOnce } = await givenBack("lowMemory");
  assert.ok(atOnce > 56 * MIB, `${atOnce} bytes came back`);
});

test("presets.latency keeps memory that the defaults give back", { skip }, async () => {
  // On 2.0.9 the delay is shorter than a machine may stand still.
  await retried(async () => {
    const usual = await givenBack("default");
    assert.ok(usual.atOnce < 4 * MIB, `${usual.atOnce} bytes came back at once`);
    // 2.0.5 and 2.0.7 give nothing back unless they are forced.
    if (isPresent(library().version, { since: "2.0.9" })) {
      assert.ok(usual.collected > 16 * MIB, `${usual.collected} bytes came back`);
    }
  });
  const { collected } = await givenBack("latency");
  assert.ok(collected < 4 * MIB, `${collected} bytes came back`);
});
