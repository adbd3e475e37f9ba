import { formatBytes } from "../../realtime/core/format_bytes.ts";
import * as charts from "./_page_charts.ts";
import * as main from "./_page_main.ts";
import * as parts from "./_page_parts.ts";
import * as tables from "./_page_table.ts";

let source: string | undefined;

/**
 * The script of the page: functions of this package by their own text, so that they are checked like the rest of it and
 * need no step that builds them.
 */
export function pageScript(): string {
  const functions = [formatBytes, ...[parts, tables, charts, main].flatMap((module) => Object.values(module))];
  return source ??= `(() => {\n"use strict";\n${functions.map(String).join("\n")}\n${main.startPage.name}();\n})();\n`;
}
