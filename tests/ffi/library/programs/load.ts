// Loads the library, by the paths on the command line one after the other, and
// writes what came of each as one line of JSON.
import process from "node:process";
import { LibraryLoadError, loadLibrary } from "../../../../ffi/mod.ts";

function load(path: string | undefined): Record<string, unknown> {
  try {
    const library = loadLibrary(path === undefined ? {} : { path });
    return { version: library.versionText, path: library.path };
  } catch (error) {
    if (!(error instanceof LibraryLoadError)) throw error;
    const { name, message, searched, permission, cause } = error;
    return { name, message, searched, permission, cause: cause instanceof Error ? cause.message : cause };
  }
}

const paths = process.argv.slice(2);
for (const path of paths.length === 0 ? [undefined] : paths) {
  process.stdout.write(`${JSON.stringify(load(path))}\n`);
}
