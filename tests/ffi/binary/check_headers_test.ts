import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { checkLibraryFile } from "../../../ffi/binary/check_library_file.ts";
import { readInterpreter } from "../../../ffi/binary/elf.ts";
import { readWith } from "../../../ffi/binary/file_reader.ts";
import { elf, MACH_O_ARM64, MACH_O_X64, machO, pe, universal } from "../_images.ts";
import { Temporary } from "../_temporary.ts";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

function check(os: string, arch: string, bytes: Uint8Array): string | undefined {
  using temporary = new Temporary();
  return checkLibraryFile(temporary.write("library", bytes), { os, arch });
}

const macos = (bytes: Uint8Array, arch = "arm64"): string | undefined => check("darwin", arch, bytes);
const windows = (bytes: Uint8Array, arch = "x64"): string | undefined => check("win32", arch, bytes);

test("the Mach-O check accepts a library and a bundle", () => {
  assert.equal(macos(machO()), undefined);
  assert.equal(macos(machO({ type: 8 })), undefined);
  assert.equal(macos(machO({ processor: MACH_O_X64 }), "x64"), undefined);
});

test("the Mach-O check refuses a library cut anywhere", () => {
  for (const cut of [64, 90, 128, 255]) {
    assert.match(
      macos(machO().subarray(0, cut)) ?? "accepted",
      new RegExp(`^it is truncated: .*the file has ${cut}$`),
    );
  }
});

test("the Mach-O check refuses another machine, 32 bits, programs and other files", () => {
  assert.equal(macos(machO(), "x64"), "it is for another machine (this is x64)");
  assert.equal(macos(machO({ magic: 0xfeedface })), "it is a 32-bit library, the process is 64-bit");
  assert.equal(macos(machO({ type: 2 })), "it is a Mach-O file, but not a library");
  assert.equal(macos(machO({ magic: 0xcffaedfe })), "it is not a Mach-O file");
  assert.equal(macos(elf()), "it is not a Mach-O file");
});

test("the Mach-O check finds its part of a universal library", () => {
  const both = universal([MACH_O_X64, MACH_O_ARM64]);
  assert.equal(macos(both, "arm64"), undefined);
  assert.equal(macos(both, "x64"), undefined);
  assert.equal(
    macos(universal([MACH_O_X64]), "arm64"),
    "it is a universal library without a part for arm64",
  );
});

test("the Mach-O check refuses a universal library whose part is cut", () => {
  const both = universal([MACH_O_X64, MACH_O_ARM64]);
  const cut = both.subarray(0, both.length - 1);
  assert.match(macos(cut, "arm64") ?? "accepted", /^it is truncated/);
  assert.equal(macos(cut, "x64"), undefined);
  assert.match(macos(both.subarray(0, 600), "arm64") ?? "accepted", /^it is truncated/);
  const many = universal([]);
  new DataView(many.buffer).setUint32(4, 0xffffffff);
  assert.match(macos(many) ?? "accepted", /^it is truncated/);
});

test("the PE check accepts a library", () => {
  assert.equal(windows(pe()), undefined);
  assert.equal(windows(pe({ machine: 0xaa64 }), "arm64"), undefined);
});

test("the PE check refuses a library cut anywhere", () => {
  for (const cut of [64, 140, 200, 300, 511]) {
    assert.match(
      windows(pe().subarray(0, cut)) ?? "accepted",
      new RegExp(`^it is truncated: .*the file has ${cut}$`),
    );
  }
});

test("the PE check refuses another machine, programs and other files", () => {
  assert.equal(
    windows(pe({ machine: 0x014c })),
    "it is for another machine (PE machine 332, this is x64)",
  );
  assert.equal(windows(pe({ characteristics: 0x0022 })), "it is a PE file, but not a library");
  assert.equal(windows(pe({ signature: 0x4e450000 })), "it is not a PE file");
  assert.equal(windows(elf()), "it is not a PE file");
});

test("readInterpreter() tells musl's loader from glibc's", () => {
  using temporary = new Temporary();
  for (const loader of ["/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"]) {
    const program = temporary.write("program", elf({ interpreter: loader }));
    assert.equal(readWith(program, readInterpreter), loader);
  }
  assert.equal(readWith(temporary.write("library", elf()), readInterpreter), undefined);
  assert.equal(readWith(temporary.write("empty", ""), readInterpreter), undefined);
});

test(`the header checks return an answer for any bytes and never throw (SEED=${SEED})`, () => {
  using temporary = new Temporary();
  const random = createRandom(SEED);
  const images = [elf(), machO(), universal([MACH_O_ARM64]), pe()];
  const systems = [["linux", "x64"], ["darwin", "arm64"], ["darwin", "arm64"], ["win32", "x64"]] as const;
  let accepted = 0;
  for (let round = 0; round < 800; round++) {
    const which = round % images.length;
    const bytes = (images[which] ?? elf()).slice(0, 64 + random(512));
    for (let count = random(6); count > 0; count--) bytes[random(bytes.length)] = random(256);
    const file = temporary.write("library", bytes);
    const [os, arch] = systems[which] ?? ["linux", "x64"];
    const reason = checkLibraryFile(file, { os, arch });
    if (reason === undefined) accepted++;
    else assert.match(reason, /^it is /);
  }
  assert.ok(accepted > 0 && accepted < 800, `${accepted} of 800 were accepted`);
});

/** Whole numbers below a bound, the same for the same seed. */
function createRandom(seed: number): (bound: number) => number {
  let state = seed | 0;
  return (bound) => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) % bound;
  };
}
