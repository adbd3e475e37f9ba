/** Bytes as people read them: in three digits or so, and in full where a unit fits evenly. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const size = Math.abs(bytes);
  const step = size < 1024 ? 0 : Math.min(Math.floor(Math.log2(size) / 10), units.length - 1);
  const value = bytes / 1024 ** step;
  return `${Number.isInteger(value) || Math.abs(value) >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
