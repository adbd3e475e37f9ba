import { Sink, sinkFunctions } from "../ffi/sink.ts";
import type { Handle } from "../ffi/types.ts";

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
