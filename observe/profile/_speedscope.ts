import { fromRoot, type ValueRow } from "./_value_row.ts";
import { VALUE_TYPES } from "./profile_values.ts";
import type { SpeedscopeFile, SpeedscopeFrame, SpeedscopeProfile } from "./speedscope_file.ts";

/** Rows as a file for speedscope, with a profile for each value; live bytes are shown first. */
export function toSpeedscope(rows: readonly ValueRow[], name: string): SpeedscopeFile {
  const frames: SpeedscopeFrame[] = [];
  const indexes = new Map<string, number>();
  const stacks = rows.map((row) =>
    fromRoot(row).map((frame) => {
      const key = JSON.stringify(frame);
      const known = indexes.get(key);
      if (known !== undefined) return known;
      const { functionName, file, line, column } = frame;
      indexes.set(key, frames.length);
      return frames.push({
        name: functionName === "" ? "(anonymous)" : functionName,
        ...(file === "" ? {} : { file }),
        ...(line === 0 ? {} : { line }),
        ...(column === 0 ? {} : { col: column }),
      }) - 1;
    })
  );
  const profiles = VALUE_TYPES.toReversed().map(({ key, name: title, unit }): SpeedscopeProfile => {
    const weights = rows.map((row) => Math.max(0, Math.round(row[key])));
    return {
      type: "sampled",
      name: title,
      unit: unit === "bytes" ? "bytes" : "none",
      startValue: 0,
      endValue: weights.reduce((sum, weight) => sum + weight, 0),
      samples: stacks,
      weights,
    };
  });
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name,
    exporter: "@mimalloc/ffi",
    activeProfileIndex: 0,
    shared: { frames },
    profiles,
  };
}
