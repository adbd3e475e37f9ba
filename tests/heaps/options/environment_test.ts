import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { optionsOf } from "../../../ffi/options_of.ts";
import { environment, environmentNotes, type OptionInfo, type OptionName, options, presets } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

const known = optionsOf(library().version);

test("environment() names the variables and writes KiB with their unit", () => {
  assert.deepEqual(environment({ purge_delay: -1, show_stats: true, reserve_os_memory: 65_536 }), {
    MIMALLOC_PURGE_DELAY: "-1",
    MIMALLOC_SHOW_STATS: "1",
    MIMALLOC_RESERVE_OS_MEMORY: "65536KiB",
  });
  assert.deepEqual(environment({}), {});
});

test("environment() makes a new process have the values, in the units of options.set()", async () => {
  const values: Partial<Record<OptionName, number>> = {
    "max_errors": 99,
    "reserve_os_memory": 65_536,
    ...("decommit_delay" in known ? { decommit_delay: 11 } : { purge_delay: -1, arena_reserve: 131_072 }),
    ...("arena_max_object_size" in known ? { arena_max_object_size: 1_048_576 } : {}),
    ...("profile_sample_rate" in known ? { profile_sample_rate: 4096 } : {}),
  };
  const { stdout, code } = await runProgram("tests/heaps/options/programs/list_options.ts", {
    environment: environment(values),
  });
  assert.equal(code, 0);
  const list = new Map((JSON.parse(stdout) as OptionInfo[]).map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(values)) assert.equal(list.get(name as OptionName), value, name);
});

test("environment() refuses names and values that no version has", () => {
  assert.throws(() => environment({ ["purge_dely" as OptionName]: 1 }), {
    name: "TypeError",
    message: /no version of mimalloc has it, the nearest is "purge_delay"$/,
  });
  assert.throws(() => environment({ show_stats: 3 }), RangeError);
});

test("names of guides that were never options are answered with what does it", () => {
  const answers: [name: string, answer: RegExp][] = [
    ["secure", /it is a build: load a library that was built with MI_SECURE, see docs\/builds\.md$/],
    ["debug", /it is a build: load a library that was built with MI_DEBUG_FULL/],
    ["stats_interval", /it is a call: report\(\{ every: "10s" \}, listener\) of @mimalloc\/ffi\/observe$/],
    ["MIMALLOC_SECURE", /MI_SECURE/],
    ["mi_option_stats_interval", /report\(/],
  ];
  for (const [name, message] of answers) {
    assert.throws(() => environment({ [name]: 1 } as never), { name: "TypeError", message });
    assert.throws(() => options.set(name as never, 1), { name: "TypeError", message });
  }
  const notes = environmentNotes({ MIMALLOC_SECURE: "1", MIMALLOC_DEBUG: "1", MIMALLOC_STATS_INTERVAL: "10" });
  assert.deepEqual(notes.map(({ works }) => works), [false, false, false]);
  assert.match(notes[0]!.note, /it is a build/);
  assert.match(notes[1]!.note, /MI_DEBUG_FULL/);
  assert.match(notes[2]!.note, /report\(/);
  assert.match(environmentNotes({ MIMALLOC_CONSTRUCTOR: "1" })[0]!.note, /the nearest is/);
});

test("environment() takes every preset", () => {
  assert.deepEqual(environment(presets.latency), {
    MIMALLOC_PURGE_DELAY: "-1",
    MIMALLOC_DECOMMIT_DELAY: "3600000",
    MIMALLOC_SEGMENT_DECOMMIT_DELAY: "3600000",
    MIMALLOC_GENERIC_COLLECT: "1000000",
    MIMALLOC_PAGE_FULL_RETAIN: "0",
    MIMALLOC_STATS_MERGE_THRESHOLD: "0",
    MIMALLOC_ALLOW_THP: "0",
  });
  for (const preset of Object.values(presets)) assert.ok(Object.keys(environment(preset)).length > 0);
});

test("environmentNotes() distinguishes variables that work, that the version ignores and that are wrong", () => {
  const variables = {
    ...environment({ show_errors: true, purge_delay: 0, decommit_delay: 0 }),
    MIMALLOC_SHOW_ERROR: "1",
    MIMALLOC_PATH: "/somewhere",
    HOME: "/root",
  };
  const notes = environmentNotes(variables);
  const of = (name: string) => notes.find(({ variable }) => variable === name);
  assert.equal(of("MIMALLOC_PATH"), undefined);
  assert.equal(of("HOME"), undefined);
  assert.deepEqual(of("MIMALLOC_SHOW_ERROR"), {
    variable: "MIMALLOC_SHOW_ERROR",
    works: false,
    note: 'no version of mimalloc has that option, the nearest is "MIMALLOC_SHOW_ERRORS"',
  });
  const [own, foreign, needed] = "decommit_delay" in known
    ? ["MIMALLOC_DECOMMIT_DELAY", "MIMALLOC_PURGE_DELAY", "2.1.2 and newer"]
    : ["MIMALLOC_PURGE_DELAY", "MIMALLOC_DECOMMIT_DELAY", "2.0.5 to 2.1.1"];
  assert.deepEqual(of(foreign), {
    variable: foreign,
    works: false,
    note: `mimalloc ${library().versionText} ignores it, the option needs ${needed}`,
  });
  // Bun is built on a mimalloc of its own.
  const others = [of(own), of("MIMALLOC_SHOW_ERRORS")];
  if (!("bun" in process.versions)) assert.deepEqual(others, [undefined, undefined]);
  else for (const note of others) assert.match(note?.note ?? "", /^Bun's own mimalloc obeys it too/);
});

test("environmentNotes() notes the variables that Bun's own mimalloc obeys", {
  skip: !("bun" in process.versions),
}, () => {
  const env = { ...process.env, ...environment({ verbose: 1 }) };
  const { stderr } = spawnSync(process.execPath, ["-e", "1"], { encoding: "utf8", env });
  assert.match(stderr, /option 'verbose': 1/);
});

test("environmentNotes() takes the older names that the version knows", () => {
  const [name] = Object.values(known).flatMap(({ formerly }) => formerly ?? []);
  const found = environmentNotes({ [`MIMALLOC_${name!.toUpperCase()}`]: "1" });
  assert.ok(found.every(({ works }) => works));
});
