import { bodyLost, tooLarge } from "../core/body_errors.ts";
import type { Memory } from "../core/memory.ts";
import { LINE_FEED } from "./characters.ts";

/** Bytes that one read may bring, and the first guess at an unknown length. */
const WINDOW_BYTES = 65_536;
/** Windows kept for the next request. */
const MAXIMUM_WINDOWS = 32;
const windows: ArrayBuffer[] = [];

/**
 * The body of a request, and a line feed behind it when it has none.
 *
 * A long body of known length is read window by window into memory of the
 * request, where the runtime can fill a buffer of ours; that leaves no garbage.
 * Elsewhere, and when the body is in memory already, the runtime hands over
 * one buffer of its own.
 *
 * @throws {BodyTooLargeError} when it has more than `limit` bytes
 * @throws {BodyLostError} when the connection ends before the body
 */
export async function readBody(
  request: Request,
  memory: Memory,
  limit: number,
): Promise<Uint8Array> {
  const header = request.headers.get("content-length");
  const declared = header === null ? Infinity : Number(header);
  if (header !== null && declared > limit) throw tooLarge(limit);
  const { body } = request;
  if (body === null) return endedLine(new Uint8Array(), memory);
  if (header === null) return await readUnknownLength(body, memory, limit);
  const reader = declared > WINDOW_BYTES ? byteReader(body) : undefined;
  if (reader !== undefined) {
    return await readKnownLength(reader, memory, declared);
  }
  const whole = await request.arrayBuffer().catch(bodyLost);
  return endedLine(new Uint8Array(whole), memory);
}

/** A reader that fills our buffers, where the runtime has one for this body. */
function byteReader(
  body: ReadableStream<Uint8Array>,
): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch (error) {
    // Bun 1.4 has no byte streams for bodies, Deno 2.9 none for a body that
    // arrived together with its head.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function readKnownLength(
  reader: ReadableStreamBYOBReader,
  memory: Memory,
  length: number,
): Promise<Uint8Array> {
  const bytes = memory.bytes(length + 1);
  let window = windows.pop() ?? new ArrayBuffer(WINDOW_BYTES);
  let filled = 0;
  while (filled < length) {
    const { value, done } = await reader.read(new Uint8Array(window))
      .catch(bodyLost);
    if (value === undefined || done) return bodyLost();
    bytes.set(value, filled);
    filled += value.length;
    window = value.buffer;
  }
  if (windows.length < MAXIMUM_WINDOWS) windows.push(window);
  await reader.cancel();
  if (bytes[length - 1] === LINE_FEED) return bytes.subarray(0, length);
  bytes[length] = LINE_FEED;
  return bytes;
}

async function readUnknownLength(
  body: ReadableStream<Uint8Array>,
  memory: Memory,
  limit: number,
): Promise<Uint8Array> {
  const reader = body.getReader();
  let bytes = memory.bytes(WINDOW_BYTES);
  let filled = 0;
  for (;;) {
    const { value, done } = await reader.read().catch(bodyLost);
    if (done) break;
    const length = filled + value.length;
    if (length > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    if (length > bytes.length) {
      const longer = memory.bytes(Math.max(length, bytes.length * 2));
      longer.set(bytes.subarray(0, filled));
      bytes = longer;
    }
    bytes.set(value, filled);
    filled = length;
  }
  return endedLine(bytes.subarray(0, filled), memory);
}

function endedLine(bytes: Uint8Array, memory: Memory): Uint8Array {
  if (bytes.at(-1) === LINE_FEED) return bytes;
  const longer = memory.bytes(bytes.length + 1);
  longer.set(bytes);
  longer[bytes.length] = LINE_FEED;
  return longer;
}
