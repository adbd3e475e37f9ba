import { constants } from "node:os";

let names: ReadonlyMap<number, string> | undefined;

/** The name of an error number of this platform's C library: `"ENOMEM"`; `"E<number>"` for an unknown one. */
export function errorName(code: number): string {
  names ??= readNames();
  return names.get(code) ?? `E${code}`;
}

function readNames(): ReadonlyMap<number, string> {
  // EAGAIN stands before its twin EWOULDBLOCK in the table, and the last entry of a Map wins.
  return new Map(
    Object.entries(constants.errno).reverse().map(([name, code]) => [code, name]),
  );
}
