import assert from "node:assert/strict";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { randomWorkload } from "../../realtime/mod.ts";
import { listLibraries } from "../../scripts/setup/libraries.mjs";
import { ROOT, RUNTIME } from "../_program.ts";

/** What scripts/realtime/ has in plain JavaScript. */
interface Figures {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}
interface Upkeep {
  readonly count: number;
  readonly max: number;
  readonly maxOfOthers: number;
}
interface Printed extends Readonly<Record<string, number | Figures | Upkeep | undefined>> {
  readonly allocate: Figures;
  readonly free: Figures;
  readonly upkeep?: Upkeep;
}
interface Arm {
  readonly kind: string;
  readonly environment: Readonly<Record<string, string>>;
}
interface Play {
  readonly seed?: number;
  readonly requests?: number;
  readonly slots?: number;
}
interface Modules {
  compileTwin(root: string): string;
  runTwin(program: string, mode: string, arm: Arm, options?: Play): Printed;
  judgeTwin(results: readonly unknown[]): { status: string; shape: string; measured: number | null }[];
  formatTwin(measured: unknown): string;
  drawTimes(title: string, panels: readonly { title: string; times: ArrayLike<number> }[]): string;
}

const files = ["twin", "judge_twin", "twin_tables", "draw_times"];
const modules = await Promise.all(
  files.map((name) => import(new URL(`../../scripts/realtime/${name}.mjs`, import.meta.url).href)),
);
const twin: Modules = Object.assign({}, ...modules);
const libraries: { version: string; path: string }[] = listLibraries(path.join(ROOT, ".mimalloc"));
const few: Play = { requests: 120, slots: 30 };

/** The compiled twin, or why there is none. */
function compile(): { program: string; skip: false } | { program: ""; skip: string } {
  try {
    // It does the same whatever has started it.
    if (RUNTIME === "bun") return { program: "", skip: "the tests under Deno have run the twin" };
    if (process.arch !== "x64") return { program: "", skip: "instructions are counted on x86-64 only" };
    return { program: twin.compileTwin(ROOT), skip: false };
  } catch (error) {
    return { program: "", skip: (error as Error).message };
  }
}

const { program, skip } = compile();
const options = { skip, timeout: 300_000 };

function on(library: string, kind: string): Arm {
  return { kind, environment: { MIMALLOC_PATH: library } };
}

/** The most bytes that are live at once. */
function peakBytes(workload: ReturnType<typeof randomWorkload>): number {
  const held = new Float64Array(workload.slotCount);
  let [live, peak] = [0, 0];
  workload.byteLengths.forEach((byteLength, step) => {
    const slot = workload.slots[step]!;
    live += byteLength - held[slot]!;
    held[slot] = byteLength;
    peak = Math.max(peak, live);
  });
  return peak;
}

test("the twin in C plays the steps of randomWorkload()", options, () => {
  for (const seed of [1, 77, 2 ** 32 - 1]) {
    const printed = twin.runTwin(program, "time", { kind: "tlsf", environment: {} }, {
      seed,
      requests: 5000,
      slots: 700,
    });
    assert.equal(printed["requested"], peakBytes(randomWorkload({ seed, requests: 5000, slotCount: 700 })));
    assert.deepEqual([printed.allocate.count, printed.free.count], [5000, 5000]);
  }
});

test("the page variant in C makes no page and asks the system for nothing", options, () => {
  for (const { version, path: library } of libraries) {
    const times = twin.runTwin(program, "time", on(library, "page"), { seed: 3 });
    const calls = twin.runTwin(program, "calls", on(library, "page"), { seed: 3, requests: 3000 });
    const asked = {
      newPages: times["newPages"],
      minorFaults: times["minorFaults"],
      committed: times["committed"],
      ...calls,
    };
    for (const [what, count] of Object.entries(asked)) assert.equal(count, 0, `${what} on ${version}`);
  }
});

test("the segment variant in C faults in nothing of its memory, and a plain heap does", options, () => {
  for (const { version, path: library } of libraries) {
    assert.equal(twin.runTwin(program, "time", on(library, "segment"))["newPages"], 0, version);
    assert.ok(Number(twin.runTwin(program, "time", on(library, "plain"))["minorFaults"]) > 200, version);
  }
});

test("the page variant in C takes a tenth of a plain heap's instructions at most, counted one by one", options, () => {
  for (const { version, path: library } of libraries) {
    const { allocate: page, upkeep } = twin.runTwin(program, "instructions", on(library, "page"), few);
    const most = upkeep?.maxOfOthers ?? page.max;
    const plain = twin.runTwin(program, "instructions", on(library, "plain"), few).allocate;
    assert.ok(page.min >= 5 && page.min < 60, `${page.min} at least on ${version}`);
    assert.ok(most <= (version.startsWith("3.6") ? 700 : 330), `${most} at most on ${version}`);
    assert.ok(plain.max > 1500, `${plain.max} of a plain heap on ${version}`);
    assert.ok(page.mean < plain.mean, `${page.mean} of ${plain.mean} on ${version}`);
  }
});

test("the twin in C tells the allocations apart in which mimalloc looks after its deferred work", options, () => {
  for (const { version, path: library } of libraries) {
    // Up to 3.0.1 that is in all of them that leave the fast path; on 3.6 in one of a thousand.
    const rare = version.startsWith("3.6");
    const play = rare ? { requests: 1500, slots: 300 } : few;
    const { allocate, upkeep } = twin.runTwin(program, "instructions", on(library, "page"), play);
    if (!rare) {
      assert.equal(upkeep, undefined, version);
      continue;
    }
    assert.ok(upkeep!.count === 1 || upkeep!.count === 2, `${upkeep!.count} of 1,500`);
    assert.equal(Math.max(upkeep!.max, upkeep!.maxOfOthers), allocate.max);
    assert.ok(upkeep!.maxOfOthers <= 700, `${upkeep!.maxOfOthers} without`);
  }
});

test(
  "TLSF in C keeps what is written, joins what is freed, and never takes more than some hundred instructions",
  options,
  () => {
    const tlsf: Arm = { kind: "tlsf", environment: {} };
    assert.ok(twin.runTwin(program, "instructions", tlsf, few).allocate.max < 300);
    // 50,000 requests of 132 MB in all go through its memory, which would be full if nothing were joined.
    assert.equal(twin.runTwin(program, "time", tlsf, { requests: 50_000, seed: 9 }).allocate.count, 50_000);
  },
);

test("the twin in C says what it cannot do", options, () => {
  assert.throws(() => twin.runTwin(program, "time", { kind: "none", environment: {} }), /the arms are plain/);
  assert.throws(() => twin.runTwin(program, "time", { kind: "talloc", environment: {} }), /TALLOC_PATH/);
  assert.throws(() => twin.runTwin(program, "none", { kind: "tlsf", environment: {} }), /the modes are/);
});

/** A result as `measureArm` makes it. */
function result(
  kind: string,
  version: string,
  changes: { max?: number; mean?: number; munmap?: number; upkeep?: Upkeep } = {},
): unknown {
  const figures = { count: 1, min: 9, mean: changes.mean ?? 70, max: changes.max ?? 300, variance: 4, deviation: 2 };
  const all = { ...figures, p99: 1, p999: 2, p9999: 3 };
  const counts = { minorFaults: 0, majorFaults: 0, newPages: 0, committed: 0, reserved: 1, requested: 1, resident: 2 };
  const calls = { mmap: 0, munmap: changes.munmap ?? 0, madvise: 0, mprotect: 0, brk: 0 };
  return {
    name: `mimalloc ${version} ${kind}`,
    kind,
    version,
    instructions: { allocate: all, free: all, ...(changes.upkeep !== undefined && { upkeep: changes.upkeep }) },
    times: [{ allocate: all, free: all, ...counts }],
    calls: [calls],
  };
}

test("judgeTwin() tells which targets of the page variant were missed", () => {
  const missed = (...results: unknown[]): string[] =>
    twin.judgeTwin(results).filter(({ status }) => status === "missed").map(({ shape }) => shape);
  const plain = result("plain", "2.0.9", { mean: 90 });
  assert.deepEqual(missed(result("page", "2.0.9"), plain), []);
  assert.deepEqual(missed(result("page", "2.0.9", { max: 331 }), plain), ["instructions"]);
  assert.deepEqual(missed(result("page", "3.6.0", { max: 700 }), result("plain", "3.6.0", { mean: 90 })), []);
  const beside = (maxOfOthers: number): unknown =>
    result("page", "3.6.0", { max: 780, upkeep: { count: 17, max: 780, maxOfOthers } });
  assert.deepEqual(missed(beside(656), result("plain", "3.6.0", { mean: 90 })), []);
  assert.deepEqual(missed(beside(701), result("plain", "3.6.0", { mean: 90 })), [
    "instructions without mimalloc's upkeep",
  ]);
  assert.deepEqual(missed(result("page", "2.0.9", { mean: 91, munmap: 1 }), plain), [
    "mean of the instructions",
    "calls of munmap",
  ]);
  const unmeasured = twin.judgeTwin([{ kind: "page", version: "2.0.9", name: "page", reason: "no compiler" }]);
  assert.ok(unmeasured.length > 4 && unmeasured.every(({ status }) => status === "not measured"));
});

test("formatTwin() writes a row for each arm, and why one is missing", () => {
  const upkeep = { count: 17, max: 780, maxOfOthers: 656 };
  const results = [result("plain", "2.0.9"), result("page", "2.0.9", { upkeep }), {
    name: "talloc",
    reason: "there is none",
  }];
  const text = twin.formatTwin({
    conditions: "here",
    seeds: [1],
    results,
    verdicts: twin.judgeTwin(results.slice(0, 2)),
  });
  assert.equal(text.match(/^\| mimalloc 2\.0\.9 page /gm)?.length, 5);
  assert.match(text, /^Not measured: talloc, because there is none\.$/m);
  assert.match(text, /^- MISSED: mimalloc 2\.0\.9 page, instructions without mimalloc's upkeep ≤ 330: 656$/m);
  assert.match(text, /^- mimalloc 2\.0\.9 page: in 17 of them .*, 780 at most; 656 in all others$/m);
});

test("drawTimes() draws each place once, for light and dark pages", () => {
  const times = Float64Array.from({ length: 18_000 }, (_, index) => index === 9000 ? 1e6 : 100);
  const picture = twin.drawTimes("a & b", [{ title: "plain", times }, { title: "page", times: [50, 60] }]);
  assert.match(picture, /prefers-color-scheme: dark/);
  assert.match(picture, /plain: longest 1000000 ns; page: longest 60 ns/);
  assert.equal(picture.match(/class="dots"/g)?.length, 2);
  assert.ok(picture.length < 12_000, `${picture.length} bytes`);
  assert.ok(picture.includes("a &amp; b"));
});
