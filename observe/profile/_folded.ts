import { frameName, fromRoot, type ValueRow } from "./_value_row.ts";
import type { ProfileValue } from "./profile_values.ts";

/** Rows as folded stacks, `main;load;parse 4096`, for the tools that read these; equal ones are added up. */
export function toFolded(rows: readonly ValueRow[], value: ProfileValue): string {
  const lines = new Map<string, number>();
  for (const row of rows) {
    const stack = fromRoot(row).map((frame) => frameName(frame).replaceAll(/[;\n]/g, " ")).join(";");
    lines.set(stack, (lines.get(stack) ?? 0) + row[value]);
  }
  return [...lines].map(([stack, sum]) => [stack, Math.round(sum)] as const).filter(([, sum]) => sum > 0)
    .map(([stack, sum]) => `${stack} ${sum}\n`).join("");
}
