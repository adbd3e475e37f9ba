import { writeFileSync } from "node:fs";
import { toArrow } from "../../tables/arrow/mod.ts";
import type { Measurements } from "./measurements.ts";

/** Writes all rows to a file of Arrow, whose columns of numbers are those of the rows; returns its bytes. */
export async function writeArrow(measurements: Measurements, file: string): Promise<number> {
  // Here, so that it is needed for nothing else.
  const arrow = await import("apache-arrow");
  const bytes = arrow.tableToIPC(toArrow(arrow, measurements), "file");
  writeFileSync(file, bytes);
  return bytes.length;
}
