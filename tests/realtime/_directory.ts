import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A directory for the files of one test. */
export class Directory implements Disposable {
  readonly #path = mkdtempSync(path.join(tmpdir(), "mimalloc-realtime-"));

  /** The path of a file in it. */
  path(name: string): string {
    return path.join(this.#path, name);
  }

  /** Deletes it with what is in it. */
  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}
