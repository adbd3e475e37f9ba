// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import process from "node:process";

/** Says on stderr what is going on: one line rewritten on a terminal, else a line each. */
export class Progress {
  #terminal = process.stderr.isTTY === true;

  /** @param {string} text */
  show(text) {
    process.stderr.write(this.#terminal ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** Takes the line away before something else is printed. */
  clear() {
    if (this.#terminal) process.stderr.write("\r\x1b[K");
  }
}
