/**
 * Writes `docs/versions.md`: what differs between the releases of mimalloc, what
 * is checked, and which package manager has which. Runs under Deno and Bun.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { renderVersionsDocument } from "./versions_document/render.ts";

writeFileSync(new URL("../docs/versions.md", import.meta.url), renderVersionsDocument());
