/**
 * Writes `docs/options.md`: what every option does, its unit, its value in each
 * version and whether a change has an effect. Runs under Deno and Bun.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { renderOptionsDocument } from "./options_document/render.ts";

writeFileSync(new URL("../docs/options.md", import.meta.url), renderOptionsDocument());
