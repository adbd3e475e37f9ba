import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { Heap, library, Profiler } from "../../../mod.ts";
import { diff, profileReport, type SiteProfile, SiteProfiler } from "../../../observe/mod.ts";
import { takeProfile } from "./_two_sites.ts";

/** What another reader of `profile.proto` finds: the sum of each sample type by the function on top. */
function sumsByFunction(file: Uint8Array): Record<string, number[]> {
  const profile = Profile.decode(gunzipSync(file));
  const text = (index: number | bigint): string => profile.stringTable.strings[Number(index)]!;
  const sums: Record<string, number[]> = {};
  assert.deepEqual(
    profile.sampleType.map(({ type, unit }) => `${text(type)} ${text(unit)}`),
    ["alloc_objects count", "alloc_space bytes", "inuse_objects count", "inuse_space bytes"],
  );
  for (const { locationId, value } of profile.sample) {
    const location = profile.location.find(({ id }) => Number(id) === Number(locationId[0]));
    const called = profile.function.find(({ id }) => Number(id) === Number(location!.line[0]!.functionId));
    assert.match(text(called!.filename), /(formats_test|_two_sites)\.ts$/);
    const name = text(called!.name);
    sums[name] = (sums[name] ?? [0, 0, 0, 0]).map((sum, index) =>
      sum + Number(BigInt.asIntN(64, BigInt(value[index]!)))
    );
  }
  return sums;
}

test("SiteProfile.toPprof() is read by pprof-format with the same figures", () => {
  using heap = new Heap();
  const profile = takeProfile(heap);
  assert.deepEqual(sumsByFunction(profile.toPprof()), {
    cacheTile: [10, 40_960, 10, 40_960],
    decodeTile: [51, 50_024, 1, 24],
  });
});

test("SiteProfile.toPprof() is read by Go's pprof, with the same site on top", (context) => {
  const found = process.env.PPROF ?? "go";
  const command = found === "go" ? ["tool", "pprof"] : [];
  if (spawnSync(found, [...command, "-h"]).error !== undefined) {
    return context.skip?.("not run: Go, which takes 450 MB, is not installed, and PPROF names no pprof");
  }
  using heap = new Heap();
  const directory = mkdtempSync(path.join(tmpdir(), "pprof-"));
  const file = path.join(directory, "profile.pb.gz");
  writeFileSync(file, takeProfile(heap).toPprof());
  const { stdout } = spawnSync(found, [...command, "-top", "-unit=B", "-sample_index=inuse_space", file], {
    encoding: "utf8",
  });
  rmSync(directory, { recursive: true });
  const [top] = stdout.split(/flat%.*\n/)[1]!.trim().split("\n");
  assert.match(top!, /^40960B .* cacheTile$/);
});

test("SiteProfile.toSpeedscope() has its stacks from the outermost call in, and weighs them", () => {
  using heap = new Heap();
  const { $schema, shared, profiles } = takeProfile(heap).toSpeedscope();
  assert.equal($schema, "https://www.speedscope.app/file-format-schema.json");
  const [live] = profiles;
  assert.deepEqual([live!.type, live!.name, live!.unit, live!.endValue], ["sampled", "inuse_space", "bytes", 40_984]);
  const heaviest = live!.samples[live!.weights.indexOf(40_960)]!;
  assert.equal(shared.frames[heaviest.at(-1)!]!.name, "cacheTile");
  assert.equal(shared.frames[heaviest.at(-2)!]!.name, "takeProfile");
  assert.match(shared.frames[heaviest.at(-1)!]!.file!, /_two_sites\.ts$/);
  assert.equal(live!.samples.length, live!.weights.length);
});

test("SiteProfile.toFolded() has a line for each stack with its value", () => {
  using heap = new Heap();
  const profile = takeProfile(heap);
  const lines = profile.toFolded("totalBytes").trim().split("\n");
  const last = lines.map((line) => /([^;]*) (\d+)$/.exec(line)!.slice(1));
  const sum = (name: string): number =>
    last.reduce((total, [of, value]) => of === name ? total + Number(value) : total, 0);
  assert.deepEqual([sum("cacheTile"), sum("decodeTile")], [40_960, 50_024]);
  assert.ok(lines.every((line) => line.includes(";takeProfile;")));
});

test("SiteProfile.toFlameGraph() and toHtml() draw each call as wide as its bytes, and need nothing from elsewhere", () => {
  using heap = new Heap();
  const profile = takeProfile(heap);
  const picture = profile.toFlameGraph();
  const width = (name: string): number =>
    Number(new RegExp(`<title>${name} [^<]*</title><rect[^>]* width="([\\d.]+)"`).exec(picture)?.[1] ?? 0);
  assert.ok(Math.abs(width("cacheTile") - 1180 * 40_960 / 40_984) < 0.1, `${width("cacheTile")}`);
  assert.match(picture, /40\.0 KiB estimated from 61 samples, 40\.0 KiB counted, error \+0\.0 %/);
  for (const text of [picture, profile.toHtml("totalBytes")]) {
    const addresses = text.match(/(?:href=|src=|url\()\S*|https?:\/\/[^"\s]*/g) ?? [];
    assert.deepEqual(addresses.filter((address) => address !== "http://www.w3.org/2000/svg"), []);
  }
});

test("names of functions and files cannot become markup", () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  const evil = { ["<script>alert(1)</script>&\"';\n"]: (): void => void heap.allocate(Uint8Array, 8).fill(0) };
  Object.values(evil)[0]!();
  const profile = profiler.profile();
  for (const text of [profile.toFlameGraph(), profile.toHtml()]) assert.ok(!text.includes("<script>alert"));
  assert.equal(profile.toFolded().trim().split("\n").length, 1);
});

test("diff() shows what has grown between two profiles, in figures, text, pprof and as a picture", () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  const views: Uint8Array<ArrayBuffer>[] = [];
  function grow(): void {
    views.push(heap.allocate(Uint8Array, 1000));
  }
  function shrink(): void {
    views.push(heap.allocate(Uint8Array, 300));
  }
  function plant(): void {
    views.push(heap.allocate(Uint8Array, 5000));
  }
  shrink();
  for (let i = 0; i < 2; i++) grow();
  const before = profiler.profile();
  heap.free(views.shift()!);
  for (let i = 0; i < 7; i++) plant();
  const difference = diff(before, profiler.profile());
  assert.deepEqual(
    difference.sites.map(({ site, liveBytes, liveObjects }) => [site.frames[0]!.functionName, liveBytes, liveObjects]),
    [["plant", 35_000, 7], ["grow", 0, 0], ["shrink", -300, -1]],
  );
  assert.deepEqual(difference.grown().map(({ site }) => site.frames[0]!.functionName), ["plant"]);
  assert.equal(difference.exact.liveBytes, 34_700);
  assert.match(String(difference), /^live 33\.9 KiB and 6 objects more \(counted\)\n +\+34\.2 KiB +7 {2}plant /);
  assert.deepEqual(sumsByFunction(difference.toPprof()).shrink, [0, 0, -1, -300]);
  assert.match(difference.toFlameGraph(), /<title>plant [^<]*, \+34\.2 KiB<\/title>/);
  assert.throws(() => diff(before, {} as SiteProfile), /expected a SiteProfile/);
});

test("profileReport() shows both profilers, each by its name", () => {
  using heap = new Heap();
  const sites = takeProfile(heap);
  const page = profileReport({ sites, native: sites.toPprof(), title: "Both <of> them" });
  assert.match(page, /<title>Both &lt;of&gt; them<\/title>/);
  assert.match(page, /JavaScript call sites \(SiteProfiler\).*cacheTile.*C functions \(Profiler, mimalloc's own\)/s);
  assert.throws(() => profileReport({}), /expected `sites`, `native` or both/);
  assert.throws(() => profileReport({ native: sites.toPprof().subarray(0, 100) }));
  assert.throws(() => profileReport({ native: Uint8Array.of(10, 200, 1) }), /it is cut off/);
});

test(
  "profileReport() reads the files of mimalloc's own profiler",
  { skip: !library().has("mi_pprof_profiler_new") },
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), "native-"));
    using heap = new Heap();
    using profiler = new Profiler({ path: path.join(directory, "native"), of: heap, sampleRate: 65_536 });
    profiler.start();
    for (let i = 0; i < 2000; i++) heap.allocate(Uint8Array, 10_000);
    const file = profiler.snapshot();
    const page = profileReport({ native: file });
    assert.match(page, /libmimalloc[^<]*\+0x[0-9a-f]+/);
    assert.match(page, /[\d.]+ [KM]iB in use of [\d.]+ [KM]iB sampled/);
    assert.equal(profileReport({ native: readFileSync(file) }), page);
    rmSync(directory, { recursive: true });
  },
);
