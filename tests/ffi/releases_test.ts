import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, describePresence, isPresent, releases, symbols, versionOf } from "../../ffi/mod.ts";
import type { Declaration } from "../../ffi/types.ts";

test("releases stand in order, each once", () => {
  for (const [index, release] of releases.entries()) {
    const next = releases[index + 1];
    if (next !== undefined) assert.ok(compareVersions(versionOf(release), versionOf(next)) < 0, `${release} ${next}`);
  }
});

test("isPresent() knows the first and the last release and those in between that lack it", () => {
  const presence = { since: "2.2.2", until: "3.4.3", missing: ["3.0.1", "3.0.7 to 3.0.12"] };
  const having = ["2.1.9", "2.2.2", "2.4.1", "3.0.1", "3.0.3", "3.0.7", "3.0.10", "3.0.12", "3.1.4", "3.4.3", "3.6.0"]
    .filter((release) => isPresent(versionOf(release), presence));
  assert.deepEqual(having, ["2.2.2", "2.4.1", "3.0.3", "3.1.4", "3.4.3"]);
  assert.equal(describePresence(presence), "2.2.2 to 3.0.0, 3.0.2 to 3.0.3, 3.1.4 to 3.4.3");
  assert.equal(describePresence({}), "2.0.5 and newer");
});

test("the symbol table names releases alone, and every function is in one of them", () => {
  for (const [name, declaration] of Object.values(symbols).flatMap((group) => Object.entries<Declaration>(group))) {
    const { since, until, missing = [], older = [] } = declaration;
    const forms = [older].flat();
    const named = [since, until, ...missing.flatMap((gap) => gap.split(" to ")), ...forms.map((form) => form.until)];
    for (const release of named) assert.ok(release === undefined || releases.includes(release), `${name}: ${release}`);
    assert.ok(releases.some((release) => isPresent(versionOf(release), declaration)), name);
  }
});
