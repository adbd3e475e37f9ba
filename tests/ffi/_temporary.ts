import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A directory of its own for one test; `using` removes it. */
export class Temporary {
  /** Absolute path of the directory. */
  readonly path: string = mkdtempSync(path.join(tmpdir(), "mimalloc-ffi-"));

  /** Writes a file and returns its path. */
  write(name: string, content: Uint8Array | string): string {
    const file = path.join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
