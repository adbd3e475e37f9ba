import { refuseArgument } from "../../heaps/argument.ts";
import { formatBytes } from "../../realtime/core/format_bytes.ts";

/** What a profile tells of each site. */
export interface ProfileValues {
  /** Bytes that are handed out and not taken back. */
  readonly liveBytes: number;
  /** Objects that are handed out and not taken back: blocks of heaps, and what scopes hand out. */
  readonly liveObjects: number;
  /** Bytes of everything that was handed out since the begin. */
  readonly totalBytes: number;
  /** Objects that were handed out since the begin. */
  readonly totalObjects: number;
}

/** The name of one of the values. */
export type ProfileValue = keyof ProfileValues;

/** The values in the order in which tools expect them, with the names that these know. */
export const VALUE_TYPES: readonly { readonly key: ProfileValue; readonly name: string; readonly unit: string }[] = [
  { key: "totalObjects", name: "alloc_objects", unit: "count" },
  { key: "totalBytes", name: "alloc_space", unit: "bytes" },
  { key: "liveObjects", name: "inuse_objects", unit: "count" },
  { key: "liveBytes", name: "inuse_space", unit: "bytes" },
];

/** Values of nothing. */
export const NO_VALUES: ProfileValues = { liveBytes: 0, liveObjects: 0, totalBytes: 0, totalObjects: 0 };

/** The sum of values, each times a factor. */
export function addValues(one: ProfileValues, other: ProfileValues, factor = 1): ProfileValues {
  return {
    liveBytes: one.liveBytes + factor * other.liveBytes,
    liveObjects: one.liveObjects + factor * other.liveObjects,
    totalBytes: one.totalBytes + factor * other.totalBytes,
    totalObjects: one.totalObjects + factor * other.totalObjects,
  };
}

/** Throws `TypeError` unless `value` is the name of a value. */
export function checkValue(value: ProfileValue, action: string): void {
  if (typeof value === "string" && Object.hasOwn(NO_VALUES, value)) return;
  refuseArgument(value, action, Object.keys(NO_VALUES).join(", "));
}

/** A value of a profile as people read it. */
export function showValue(value: number, key: ProfileValue): string {
  const whole = Math.round(value);
  return key.endsWith("Bytes") ? formatBytes(whole) : whole.toLocaleString("en-US");
}
