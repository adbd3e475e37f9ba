import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { descriptions } from "../../../scripts/options_document/descriptions.ts";
import { listNames, renderOptionsDocument } from "../../../scripts/options_document/render.ts";

test("docs/options.md equals the output of scripts/generate_options_document.ts", () => {
  const written = readFileSync(new URL("../../../docs/options.md", import.meta.url), "utf8");
  // The formatter aligns the columns.
  const normalise = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/:?-{3,}:?/g, "---");
  assert.equal(normalise(written), normalise(renderOptionsDocument()));
});

test("docs/options.md describes every option that does something, and no other", () => {
  assert.deepEqual(Object.keys(descriptions).toSorted(), [...listNames()].toSorted());
});
