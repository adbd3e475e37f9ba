/** A share as people read it: `12.5 %`. */
export function showShare(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : 100 * part / whole).toFixed(1)} %`;
}
