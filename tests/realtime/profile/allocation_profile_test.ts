import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { Heap, library } from "../../../mod.ts";
import {
  AllocationProfile,
  type ProfileClass,
  type ProfileDocument,
  ProfileError,
  type ProfileFault,
} from "../../../realtime/mod.ts";
import { Directory } from "../_directory.ts";

/** What is recorded of a heap that has `counts` blocks of as many bytes as their keys say. */
function profileOf(counts: Readonly<Record<number, number>>): AllocationProfile {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  for (const [byteLength, count] of Object.entries(counts)) {
    for (let block = 0; block < count; block++) heap.allocate(Uint8Array, Number(byteLength));
  }
  return recorder.profile();
}

function blocksOf({ classes, singles }: AllocationProfile): number[] {
  return [...classes, ...singles].map(({ peakBlocks }) => peakBlocks);
}

/** Asserts that a document is refused, and for which fault and in which words. */
function assertFault(document: unknown, fault: ProfileFault, words: string): void {
  assert.throws(() => AllocationProfile.from(document as ProfileDocument), (error: unknown) => {
    assert.ok(error instanceof ProfileError, String(error));
    assert.equal(error.fault, fault, error.message);
    assert.ok(error.message.includes(words), error.message);
    return true;
  });
}

test("AllocationProfile.load() gives back what save() wrote, by path and by URL", () => {
  using directory = new Directory();
  const file = directory.path("a profile.json");
  const profile = profileOf({ 64: 3, 5000: 100, 2_000_000: 2 });
  profile.save(file);
  const document = JSON.parse(readFileSync(file, "utf8")) as ProfileDocument;
  assert.equal(document.mimalloc, library().versionText);
  assert.deepEqual(AllocationProfile.load(file).toJSON(), profile.toJSON());
  profile.scale(2).save(pathToFileURL(file));
  assert.deepEqual(blocksOf(AllocationProfile.load(pathToFileURL(file))), [6, 200, 4]);
});

test("AllocationProfile.load() refuses a file that was cut, at every length", () => {
  using directory = new Directory();
  const file = directory.path("profile.json");
  profileOf({ 64: 3 }).save(file);
  const text = readFileSync(file, "utf8").trimEnd();
  for (let length = 0; length < text.length; length += 7) {
    writeFileSync(file, text.slice(0, length));
    assert.throws(() => AllocationProfile.load(file), { name: "ProfileError", fault: "damaged" }, `${length} bytes`);
  }
});

test("AllocationProfile.load() refuses a file in which any digit was changed", () => {
  using directory = new Directory();
  const file = directory.path("profile.json");
  profileOf({ 64: 3, 2_000_000: 1 }).save(file);
  const text = readFileSync(file, "utf8");
  for (const { index } of text.matchAll(/\d/g)) {
    const digit = (Number(text[index]) + 1) % 10;
    writeFileSync(file, `${text.slice(0, index)}${digit}${text.slice(index + 1)}`);
    assert.throws(() => AllocationProfile.load(file), ProfileError, `digit at ${index}`);
  }
});

test("AllocationProfile.load() tells of a file that is not there by the error of the system", () => {
  using directory = new Directory();
  assert.throws(() => AllocationProfile.load(directory.path("none.json")), { code: "ENOENT" });
  assert.throws(() => AllocationProfile.load(""), TypeError);
  assert.throws(() => AllocationProfile.load(5 as unknown as string), TypeError);
  assert.throws(() => profileOf({ 8: 1 }).save("a\0b"), TypeError);
});

test("AllocationProfile.from() refuses documents of another version, another form and another build", () => {
  const document = profileOf({ 64: 3 }).toJSON();
  const signed = (changes: object): ProfileDocument => sign({ ...document, ...changes });
  assertFault(signed({ mimalloc: "1.8.2" }), "version", "recorded on mimalloc 1.8.2");
  assertFault({ ...document, formatVersion: 2 }, "version", "version 2 of the form");
  assertFault({ ...document, format: "a profile" }, "damaged", "its format");
  const [entry] = document.classes as [ProfileClass];
  assertFault(signed({ classes: [{ ...entry, blockBytes: 65 }] }), "sizes", "there are none");
  assertFault(signed({ classes: [{ ...entry, pageBytes: 2 ** 18 }] }), "sizes", "so it is of another build");
});

test("AllocationProfile.from() refuses figures that are none, whatever their checksum", () => {
  const document = profileOf({ 64: 3, 5000: 1 }).toJSON();
  const [first, second] = document.classes as [ProfileClass, ProfileClass];
  for (const value of [-1, 1.5, NaN, "3", null, undefined, 2 ** 60, {}]) {
    assertFault({ ...document, classes: [{ ...first, peakBlocks: value }, second] }, "damaged", "peakBlocks");
  }
  assertFault({ ...document, classes: [second, first] }, "damaged", "do not rise");
  assertFault({ ...document, classes: [first, first] }, "damaged", "do not rise");
  assertFault({ ...document, classes: {} }, "damaged", "classes");
  assertFault({ ...document, pages: null }, "damaged", "pages");
  assertFault({ ...document, pages: { ...document.pages, single: 5 } }, "damaged", "pages.single");
  assertFault({ ...document, checksum: document.checksum.replace(/^./, "x") }, "damaged", "checksum");
  assertFault([], "damaged", "format");
  assert.throws(() => AllocationProfile.from(null as unknown as ProfileDocument), TypeError);
});

test("AllocationProfile.merge() takes the larger figure of each size", () => {
  const merged = profileOf({ 64: 3, 5000: 1 }).merge(profileOf({ 64: 1, 700: 4 }), profileOf({ 2_000_000: 2 }));
  assert.deepEqual(blocksOf(merged), [3, 4, 1, 2]);
  assert.equal(merged.pages.single.peakPages, 2);
  assert.deepEqual(merged.merge(), merged);
  assert.deepEqual(AllocationProfile.from(merged.toJSON()).toJSON(), merged.toJSON());
  assert.throws(() => merged.merge({} as AllocationProfile), TypeError);
});

test("AllocationProfile.scale() rounds up, and refuses factors that make no sense", () => {
  const profile = profileOf({ 64: 3, 5000: 10, 2_000_000: 1 });
  assert.deepEqual(blocksOf(profile.scale(1.2)), [4, 12, 2]);
  assert.deepEqual(blocksOf(profile.scale(0.5)), [2, 5, 1]);
  for (const factor of [0, -1, NaN, Infinity, 1001, "2"]) {
    assert.throws(() => profile.scale(factor as number), RangeError, `${factor}`);
  }
});

test("AllocationProfile.converged() needs three runs in a row that add nothing", () => {
  const [small, large] = [profileOf({ 64: 3 }), profileOf({ 64: 5, 700: 1 })];
  assert.equal(small.converged([small, small], 3), false);
  assert.equal(small.converged([small, small, small], 3), true);
  assert.equal(small.converged([small, small, small]), true);
  assert.equal(small.converged([large, small, small], 3), true);
  assert.equal(small.converged([small, large, small, small], 3), true);
  assert.equal(large.converged([small, small, small], 3), false);
  assert.equal(small.converged([small, small, large, small], 3), false);
  assert.equal(small.converged([small], 1), true);
});

test("AllocationProfile.converged() is broken by one new size, and by one block more", () => {
  const profile = profileOf({ 64: 3 });
  const known = [profile, profile, profile, profile];
  assert.equal(profileOf({ 64: 3, 65: 1 }).converged(known), false);
  assert.equal(profileOf({ 64: 4 }).converged(known), false);
  assert.equal(profileOf({ 64: 3, 2_000_000: 1 }).converged(known), false);
  assert.equal(profile.converged([...known, profileOf({ 64: 3, 65: 1 })]), false);
});

test("AllocationProfile.converged() refuses other arguments", () => {
  const profile = profileOf({ 64: 3 });
  for (const runs of [0, -1, 1.5, NaN, "3"]) assert.throws(() => profile.converged([], runs as number), RangeError);
  assert.throws(() => profile.converged(profile as unknown as AllocationProfile[]), TypeError);
  assert.throws(() => profile.converged([null as unknown as AllocationProfile]), TypeError);
});

test("AllocationProfile.summary() adds up bytes for each size and for each variant", () => {
  const profile = profileOf({ 64: 1000, 5000: 30, 2_000_000: 2 });
  const { sizes, peakBytes, pageVariantBytes, segmentVariantBytes } = profile.summary();
  const [small, medium, single] = sizes;
  assert.equal(sizes.length, 3);
  const { blockBytes } = profile.classes[0]!;
  // Builds with padding take 80 bytes for a block of 64.
  assert.ok(blockBytes === 64 || blockBytes === 72, `${blockBytes} bytes`);
  assert.equal(small!.peakBytes, 1000 * blockBytes);
  // 64,000 bytes nearly fill a page, and one block of it stays.
  assert.ok(small!.pages === 1 || small!.pages === 2);
  assert.equal(small!.reservedBytes, small!.pages * 65_536);
  const { blocksPerPage, pageBytes } = profile.classes[1]!;
  assert.equal(medium!.pages, Math.ceil(30 / (blocksPerPage - 1)));
  assert.equal(medium!.reservedBytes, medium!.pages * pageBytes);
  assert.equal(single!.pages, 0);
  assert.ok(single!.reservedBytes >= 4_000_000);
  assert.equal(peakBytes, sizes.reduce((total, size) => total + size.peakBytes, 0));
  assert.ok(pageVariantBytes > sizes.reduce((total, size) => total + size.reservedBytes, 0));
  assert.ok(segmentVariantBytes > peakBytes);
});

test("AllocationProfile.picture() draws a bar for each size in light and dark colours", () => {
  const profile = profileOf({ 64: 1000, 5000: 30, 2_000_000: 2 });
  const svg = profile.picture();
  assert.equal(svg.match(/class="live"/g)?.length, 3);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.match(svg, new RegExp(`>1000 × ${profile.classes[0]!.blockBytes} B, \\d+ pages?<`));
  assert.match(svg, /<svg [^>]*role="img"/);
  assert.match(profileOf({}).picture(), /<svg/);
});

/** The document with a checksum that fits, as a program could make it. */
function sign({ checksum: _, ...body }: ProfileDocument): ProfileDocument {
  return { ...body, checksum: createHash("sha256").update(JSON.stringify(body)).digest("hex") };
}
