/**
 * Writes `docs/api.md`: every function of the symbol table with its typed or raw
 * call and its versions. Runs under Deno and Bun.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { renderApiDocument } from "./api_document/render.ts";
import { loadGroups, loadTable } from "./check_symbols/table.ts";

writeFileSync(new URL("../docs/api.md", import.meta.url), renderApiDocument(loadTable(), loadGroups()));
