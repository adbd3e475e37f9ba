/** Profiles blocks of 8 KiB with hooks in JavaScript, and checks what they are called with. */
import assert from "node:assert/strict";
import process from "node:process";
import { backend } from "../../../ffi/runtime/backend.ts";
import { library } from "../../../ffi/library/library.ts";
import { addressOf, bytesOf, foreignMemory, free, malloc } from "../../ffi/symbols/_tools.ts";

const SAMPLE_RATE = 4096;
/** Words of `mi_profiler_t`: bytes of data for each sample, first rate, and the two hooks. */
const FIELDS = { dataSize: 1, initialSampleRate: 2, onAlloc: 3, onFree: 4 };
const sampled = new Map<number, bigint>();
let allocations = 0;
let frees = 0;

const onAlloc = backend().createCallback({
  parameters: ["pointer", "pointer", "pointer", "size", "size", "u64", "pointer"],
  result: "size",
}, (_profiler, data, block, size, _rate, since) => {
  assert.ok(data !== null && block !== null && size > 0n && since >= size);
  const words = new BigUint64Array(backend().wrap(data, 0, 16));
  words[1] = BigInt(++allocations);
  sampled.set(addressOf(block), words[1]);
  return SAMPLE_RATE;
});
const onFree = backend().createCallback({
  parameters: ["pointer", "pointer", "pointer", "pointer"],
  result: "void",
}, (_profiler, data, block) => {
  assert.ok(data !== null);
  assert.equal(new BigUint64Array(backend().wrap(data, 0, 16))[1], sampled.get(addressOf(block)));
  frees++;
});

const profiler = foreignMemory(64);
const words = new BigUint64Array(bytesOf(profiler, 64).buffer);
words[FIELDS.dataSize] = 8n;
words[FIELDS.initialSampleRate] = BigInt(SAMPLE_RATE);
words[FIELDS.onAlloc] = BigInt(addressOf(onAlloc.pointer));
words[FIELDS.onFree] = BigInt(addressOf(onFree.pointer));
const { profile, profilerStart, profilerStop } = library().bind("profiling");
assert.equal(profile(profiler), true);
profilerStart(profiler);
const blocks = Array.from({ length: 500 }, () => malloc(8192));
blocks.forEach(free);
profilerStop(profiler);
profile(null);
assert.ok(allocations > 0 && frees > 0 && frees <= allocations, `${allocations} allocations, ${frees} frees`);
process.stdout.write("as asserted\n");
