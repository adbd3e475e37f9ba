import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { library } from "../../../ffi/mod.ts";
import { describeOptionVersions, type OptionEntry, optionsOf } from "../../../ffi/options_of.ts";
import { environment, type OptionInfo, type OptionName, options, UnsupportedError } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";
import { optionsOfBuild } from "../../_build.ts";

const known: Readonly<Record<string, OptionEntry>> = optionsOf(library().version);
const isSince360 = "stats_merge_threshold" in known;
/** An option of this version and of another one, which are the same under two names. */
const [own, foreign]: [OptionName, OptionName] = "decommit_delay" in known
  ? ["decommit_delay", "purge_delay"]
  : ["purge_delay", "decommit_delay"];

/** Runs `task` and puts the option back. */
function restoring(name: OptionName, task: () => void): void {
  const before = options.get(name);
  try {
    task();
  } finally {
    options.set(name, before);
  }
}

test("Options.set() writes what get() reads, for every option of the version", () => {
  for (const { name, unit, value } of options.list()) {
    // Each of these would print, or be read by the allocator between the two calls; the last one holds the mark
    // that a Worker leaves.
    if (["show_stats", "verbose", "show_errors", "deprecated_segment_reset"].includes(name)) continue;
    restoring(name, () => {
      const other = unit === "boolean" ? 1 - value : value + 1;
      options.set(name, other);
      assert.equal(options.get(name), other, name);
      assert.equal(Number(library().bind("process").optionGet(known[name]!.index)), other, name);
    });
    assert.equal(options.get(name), value, name);
  }
});

test("Options.set() takes true for 1 and false for 0", () => {
  restoring("show_errors", () => {
    options.set("show_errors", true);
    assert.equal(options.get("show_errors"), 1);
    options.set("show_errors", false);
    assert.equal(options.get("show_errors"), 0);
  });
});

test("Options.enable() sets 1 and disable() sets 0", () => {
  restoring("show_errors", () => {
    options.enable("show_errors");
    assert.equal(options.get("show_errors"), 1);
    options.disable("show_errors");
    assert.equal(options.get("show_errors"), 0);
  });
});

test("Options.setDefault() does not override a value that was set", () => {
  restoring("os_tag", () => {
    options.set("os_tag", 101);
    options.setDefault("os_tag", 102);
    assert.equal(options.get("os_tag"), 101);
  });
});

test("Options names the nearest option when no version has the name", () => {
  const wrong = "destroy_onexit" as OptionName;
  for (
    const call of [
      () => options.get(wrong),
      () => options.set(wrong, 1),
      () => options.enable(wrong),
      () => options.disable(wrong),
      () => options.setDefault(wrong, 1),
      () => options.apply({ [wrong]: 1 }),
    ]
  ) {
    assert.throws(call, { name: "TypeError", message: /"destroy_onexit".* the nearest is "destroy_on_exit"$/ });
  }
});

test("Options takes no name from the prototype of its table", () => {
  assert.throws(() => options.get("toString" as OptionName), TypeError);
});

test("Options throws UnsupportedError for the option of another version, with the name that this one uses", () => {
  assert.throws(() => options.get(foreign), (error) => {
    assert.ok(error instanceof UnsupportedError);
    assert.equal(error.feature, `option "${foreign}"`);
    assert.equal(error.found, `mimalloc ${library().versionText}, whose nearest option is "${own}"`);
    assert.equal(error.needed, `mimalloc ${describeOptionVersions(foreign)}`);
    return true;
  });
});

test("Options.set() throws RangeError for a value that the option cannot have, and changes nothing", () => {
  const before = options.get("use_numa_nodes");
  for (const value of [-2, 1.5, NaN, Infinity, 2 ** 31, "1" as unknown as number, undefined as unknown as number]) {
    assert.throws(() => options.set("use_numa_nodes", value), RangeError, String(value));
  }
  assert.throws(() => options.set("reserve_os_memory", -1), { message: /from 0 to 2147483647 \(KiB\)$/ });
  assert.throws(() => options.set("show_errors", 2), RangeError);
  assert.equal(options.get("use_numa_nodes"), before);
});

test("Options.apply() sets what the version has and returns the rest", () => {
  restoring(own, () => {
    assert.deepEqual(options.apply({ [own]: 77, [foreign]: 78 }), [foreign]);
    assert.equal(options.get(own), 77);
  });
});

test("Options.apply() sets nothing when one value is wrong", () => {
  const before = options.get("os_tag");
  assert.throws(() => options.apply({ os_tag: before + 1, show_errors: 7 }), RangeError);
  assert.equal(options.get("os_tag"), before);
});

test("Options finds the nearest of a name in the spelling of the environment or of C", () => {
  for (const name of ["MIMALLOC_SHOW_STATS", "mi_option_show_stats", "Show_Stats", "show_stat"]) {
    const wanted = { name: "TypeError", message: new RegExp(`"${name}".* the nearest is "show_stats"$`) };
    assert.throws(() => options.get(name as OptionName), wanted);
    assert.throws(() => environment({ [name]: 1 }), wanted);
  }
});

test("Options refuses names, values and lists of values of the wrong type", () => {
  for (const wrong of [null, undefined, 3, 5n, Symbol("mine"), {}] as unknown as OptionName[]) {
    const shown = typeof wrong === "object" && wrong !== null ? "an object" : inspect(wrong);
    const wanted = { name: "TypeError", message: `Cannot get an option: expected a name, got ${shown}` };
    assert.throws(() => options.get(wrong), wanted);
    assert.throws(() => options.set(wrong, 1), /^TypeError: Cannot set an option: expected a name, got /);
    if (shown === "an object") continue;
    const message = `Cannot set options: expected an object with options, got ${shown}`;
    assert.throws(() => options.apply(wrong as never), { name: "TypeError", message });
  }
  const text = "5" as unknown as number;
  assert.throws(() => options.set("os_tag", text), /^RangeError: Cannot set option .* to "5": /);
});

test("Options.list() lists every option of the version in the order of the numbers", () => {
  const list = options.list();
  assert.deepEqual(list.map(({ name }) => known[name]!.index), list.map((_, index) => index));
  assert.equal(list.length, Object.keys(known).length);
  for (const { name, environmentName } of list) assert.equal(environmentName, `MIMALLOC_${name.toUpperCase()}`);
});

test("Options.list() finds every option at its default in a process that sets none", async () => {
  const { stdout, code } = await runProgram("tests/heaps/options/programs/list_options.ts");
  assert.equal(code, 0);
  const list = JSON.parse(stdout) as OptionInfo[];
  const ofBuild = optionsOfBuild();
  const changed = list.filter((option) => option.value !== (ofBuild[option.name] ?? option.default));
  // Opening the library turns huge pages off.
  assert.deepEqual(changed.map(({ name }) => name), isSince360 ? ["allow_thp"] : []);
});

test("Options.list() says where a change has no effect", () => {
  const effects = new Map(options.list().map(({ name, effect }) => [name, effect]));
  assert.equal(effects.get("show_errors"), "at once");
  assert.equal(effects.get("max_errors"), "at load");
  for (const [name, effect] of effects) {
    if (name.startsWith("deprecated_")) assert.equal(effect, "none", name);
  }
  if ("guarded_sample_rate" in known) {
    const { guarded } = library().build;
    assert.equal(effects.get("guarded_sample_rate"), guarded === "unknown" ? guarded : guarded ? "later" : "none");
  }
});

test("Options answers by the older names that the version knows itself, for the same option", () => {
  const former = Object.entries(known).filter(([, { formerly }]) => formerly !== undefined && !(formerly in known));
  assert.ok(former.length >= 2, `${former.length} older names`);
  for (const [name, { formerly }] of former) {
    const [current, older] = [name, formerly] as [OptionName, OptionName];
    assert.equal(options.get(older), options.get(current), older);
    restoring(current, () => {
      options.set(older, 1);
      assert.equal(options.get(current), 1, older);
      options.apply({ [older]: 0 });
      assert.equal(options.get(current), 0, older);
    });
  }
});

test("Options.set() of an option that was at the number of another one leaves that alone", () => {
  if ("allow_decommit" in known) {
    const before = options.list().filter(({ name }) => name !== "allow_decommit").map(({ value }) => value);
    restoring("allow_decommit", () => options.set("allow_decommit", false));
    assert.deepEqual(
      options.list().filter(({ name }) => name !== "allow_decommit").map(({ value }) => value),
      before,
    );
    return;
  }
  const before = options.list();
  assert.throws(() => options.set("allow_decommit", true), {
    name: "UnsupportedError",
    message: /needed is mimalloc 2\.0\.5 to 2\.1\.1|2\.0\.5 to 2\.1\.1/,
  });
  assert.deepEqual(options.list(), before);
});
