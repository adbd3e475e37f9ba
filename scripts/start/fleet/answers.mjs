// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { createHash } from "node:crypto";

/** Holds what one server answered against what another one did, byte by byte. */
export class Answers {
  /** Requests whose answers were compared with those of another server. */
  compared = 0;
  #first = new Map();

  /**
   * Takes an answer to a request: the first one to it is what all others have to be.
   *
   * @param {string} arm who answered
   * @param {{ name: string }} request
   * @param {{ status: number, body: Uint8Array }} answer
   * @throws when it differs, or when it is none
   */
  take(arm, { name }, { status, body }) {
    if (status !== 200) {
      throw new Error(`Cannot accept the answer of ${arm} to ${name}: status ${status}\n${start(body)}`);
    }
    const digest = createHash("sha1").update(body).digest("base64");
    const first = this.#first.get(name);
    if (first === undefined) {
      this.#first.set(name, { arm, digest, start: start(body) });
      return;
    }
    if (first.digest !== digest) {
      throw new Error(
        `Cannot accept the answer of ${arm} to ${name}: it begins with\n${
          start(body)
        }\nand differs from that of ${first.arm}, which begins with\n${first.start}`,
      );
    }
    this.compared++;
  }
}

function start(body) {
  return new TextDecoder().decode(body.subarray(0, 200));
}
