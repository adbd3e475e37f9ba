/** What is said of a file that ends before the tables in its headers do. */
export function truncated(needed: number, found: number): string {
  return `it is truncated: its headers speak of ${needed} bytes, the file has ${found}`;
}
