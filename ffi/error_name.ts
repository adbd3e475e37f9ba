import { constants } from "node:os";

/** The name of an error number of this platform's C library: `"ENOMEM"`; `"E<number>"` for an unknown one. */
export function errorName(code: number): string {
  // EAGAIN stands before its twin EWOULDBLOCK in the table, so the first match is the usual name.
  const found = Object.entries(constants.errno).find(([, value]) => value === code);
  return found === undefined ? `E${code}` : found[0];
}
