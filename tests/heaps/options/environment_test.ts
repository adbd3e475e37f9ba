import assert from "node:assert/strict";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { optionsVersion } from "../../../ffi/options_table.ts";
import { environment, type OptionInfo, type OptionNameOf, presets } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

const version = optionsVersion(library().version);

test("environment() names the variables and writes KiB with their unit", () => {
  assert.deepEqual(environment({ purge_delay: -1, show_stats: true, reserve_os_memory: 65_536 }), {
    MIMALLOC_PURGE_DELAY: "-1",
    MIMALLOC_SHOW_STATS: "1",
    MIMALLOC_RESERVE_OS_MEMORY: "65536KiB",
  });
  assert.deepEqual(environment({}), {});
});

test("environment() makes a new process have the values, in the units of options.set()", async () => {
  const values: Partial<Record<OptionNameOf, number>> = {
    "max_errors": 99,
    "destroy_on_exit": 0,
    "reserve_os_memory": 65_536,
    ...(version === "2.0.9" ? { decommit_delay: 11 } : { purge_delay: -1, arena_reserve: 131_072 }),
    ...(version === "3.6.0" ? { arena_max_object_size: 1_048_576, profile_sample_rate: 4096 } : {}),
  };
  const { stdout, code } = await runProgram("tests/heaps/options/programs/list_options.ts", {
    environment: environment(values),
  });
  assert.equal(code, 0);
  const list = new Map((JSON.parse(stdout) as OptionInfo[]).map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(values)) assert.equal(list.get(name as OptionNameOf), value, name);
});

test("environment() refuses names and values that no version has", () => {
  assert.throws(() => environment({ ["purge_dely" as OptionNameOf]: 1 }), {
    name: "TypeError",
    message: /no version of mimalloc has it, the nearest is "purge_delay"$/,
  });
  assert.throws(() => environment({ show_stats: 3 }), RangeError);
});

test("environment() takes every preset", () => {
  assert.deepEqual(environment(presets.latency), {
    MIMALLOC_PURGE_DELAY: "-1",
    MIMALLOC_DECOMMIT_DELAY: "3600000",
    MIMALLOC_SEGMENT_DECOMMIT_DELAY: "3600000",
    MIMALLOC_GENERIC_COLLECT: "1000000",
    MIMALLOC_ALLOW_THP: "0",
  });
  for (const preset of Object.values(presets)) assert.ok(Object.keys(environment(preset)).length > 0);
});
