import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { descriptions } from "../../../scripts/options_document/descriptions.ts";
import { listNames, renderOptionsDocument } from "../../../scripts/options_document/render.ts";

test("docs/options.md is what the table of options says", () => {
  const written = readFileSync(new URL("../../../docs/options.md", import.meta.url), "utf8");
  // The formatter aligns the columns.
  const normalise = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/:?-{3,}:?/g, "---");
  assert.equal(normalise(written), normalise(renderOptionsDocument()));
});

test("every option that does something is described, and no other", () => {
  assert.deepEqual(Object.keys(descriptions).toSorted(), [...listNames()].toSorted());
});
