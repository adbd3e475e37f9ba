import { backend } from "../runtime/backend.ts";
import type { Handle } from "../types.ts";
import { libc } from "./libc.ts";

/** Words of a `Dl_info`; the first is the name of the file. */
const DL_INFO_WORDS = 4;

const RTLD_LAZY = 1;
/** The number on Linux. */
const RTLD_NOLOAD = 4;

/** The file that gives every library of the process its `symbol`, by the name that the loader knows; for Linux. */
export function fileOfGlobal(symbol: string): string | undefined {
  const { dlsym, dladdr } = libc("loader");
  // RTLD_DEFAULT is NULL there: the program, what was preloaded and what is linked, not what was opened since.
  const address = dlsym(null, encode(symbol));
  const info = new BigUint64Array(DL_INFO_WORDS);
  if (address === null || dladdr(address, info) === 0) return undefined;
  const name = backend().toHandle(Number(info[0]));
  return name === null ? undefined : readString(name);
}

/** Whether the process has loaded `path` already; for Linux. */
export function isLoadedFile(path: string): boolean {
  return libc("loader").dlopen(encode(path), RTLD_LAZY | RTLD_NOLOAD) !== null;
}

/** Whether two names lead to one library that is loaded already, as the loader tells without a permission to read; for Linux. */
export function isOneLoadedFile(one: string, other: string): boolean {
  const { dlopen } = libc("loader");
  const [first, second] = [one, other].map((path) => dlopen(encode(path), RTLD_LAZY | RTLD_NOLOAD));
  return first !== null && second !== null &&
    backend().toAddress(first!) === backend().toAddress(second!);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

function readString(start: Handle): string {
  const length = Number(libc("memory").strlen(start));
  if (length === 0) return "";
  const window = backend().wrap(start, 0, length);
  const text = new TextDecoder().decode(new Uint8Array(window).slice());
  window.transfer(0);
  return text;
}
