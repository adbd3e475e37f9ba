import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { renderVersionsDocument } from "../../scripts/versions_document/render.ts";

test("docs/versions.md equals the output of scripts/generate_versions_document.ts", () => {
  const written = readFileSync(new URL("../../docs/versions.md", import.meta.url), "utf8");
  // The formatter aligns the columns.
  const normalise = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/:?-{3,}:?/g, "---");
  assert.equal(normalise(written), normalise(renderVersionsDocument()));
});
