import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { Sink, sinkFunctions } from "../../ffi/libc/sink.ts";
import type { Handle } from "../../ffi/types.ts";

let sink: Sink | undefined;
const decoder = new TextDecoder();

/**
 * What `print` makes C write: it is given an output function and its argument.
 *
 * Throws `UnsupportedError` where the C library cannot record streams (Windows).
 */
export function recordOutput(print: (output: Handle, stream: Handle) => void): string {
  sink ??= new Sink();
  print(sinkFunctions().output, sink.stream);
  return decoder.decode(sink.drain());
}

/** Bytes that the text has on 3.6, twice over. */
const USUAL_BYTES = 32 * 1024;

/**
 * The text that `write` puts into a buffer, which mimalloc cuts off silently when that is too small.
 *
 * Throws `UnsupportedError` when it writes nothing: 3.2.8 refuses its own statistics.
 */
export function readJson(write: (byteLength: number, buffer: Uint8Array<ArrayBuffer>) => Handle | null): string {
  for (let byteLength = USUAL_BYTES;; byteLength *= 2) {
    const buffer = new Uint8Array(byteLength);
    if (write(byteLength, buffer) === null) {
      throw new UnsupportedError({
        feature: "JSON of these statistics",
        found: `mimalloc ${library().versionText}, which writes none`,
        needed: "mimalloc 3.3.0 to newer",
      });
    }
    const end = buffer.indexOf(0);
    if (end >= 0 && end < byteLength - 1) return decoder.decode(buffer.subarray(0, end));
  }
}
