import type { Allocator } from "../allocator.ts";
import { checkedLimit, refuseArgument, requireObject } from "../argument.ts";
import { toBytes } from "../core/byte_source.ts";
import { InputTooLongError } from "../errors.ts";
import { InputView } from "./_input_view.ts";

/**
 * Where bytes come from: a stream such as `request.body`, `null` for no body, what is iterated as Node.js's streams are, or
 * the request or response itself, whose headers may tell how many there are.
 */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Request | Response | null;

/** How much of a stream is read. */
export interface ReadOptions {
  /**
   * The most bytes that it may have.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
}

/** What takes the bytes of a stream. */
export interface ByteSink {
  /** Bytes that it has taken. */
  readonly length: number;
  /** Is told how many bytes may come. */
  expect(byteLength: number): void;
  /** Takes bytes, which are somebody else's afterwards; `most` may come in all. */
  append(bytes: Uint8Array, most: number): void;
}

const ACTION = "read a stream";

/** Bytes of the buffers that streams of bytes are asked to fill. */
const SPARE_BYTES = 2 ** 18;
const MOST_SPARE = 8;
/** Those that no stream has at present. */
const spares: ArrayBuffer[] = [];

/** Bodies of no more bytes are taken whole from the runtime, which gives those at once. */
const SHORT_BYTES = 2 ** 16;

/** The most bytes that a block is taken for because a header tells of so many. */
const MOST_EXPECTED = 2 ** 26;

/** What the methods `read` of heaps and scopes do. */
export async function readStream(
  allocator: Allocator,
  source: ByteStream,
  options: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const limit = checkedLimit(requireObject(options, ACTION).limit);
  const input = new InputView(allocator, ACTION);
  try {
    await pourStream(source, input, limit);
    return input.finish();
  } catch (error) {
    input.abandon();
    throw error;
  }
}

/** Gives all bytes of `source` to `sink`. Throws `InputTooLongError` when there are more than `limit`, which the sink does not get. */
export async function pourStream(source: ByteStream, sink: ByteSink, limit: number): Promise<void> {
  if (typeof source !== "object") refuse(source);
  if (source instanceof Request || source instanceof Response) await readBody(source, sink, limit);
  else if (source !== null) await readAll(source, sink, limit);
}

function refuse(source: unknown): never {
  refuseArgument(source, ACTION, "a stream such as request.body, a request, a response or null");
}

type Stream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

async function readAll(stream: Stream, sink: ByteSink, limit: number): Promise<void> {
  const reader = byteReaderOf(stream);
  if (reader === undefined) await readChunks(stream, sink, limit);
  else await readBytes(reader, sink, limit);
}

async function readBody(source: Request | Response, sink: ByteSink, limit: number): Promise<void> {
  const { body } = source;
  if (body === null) return;
  // A stream that has ended would read as an empty one.
  if (source.bodyUsed) throw new TypeError(`Cannot ${ACTION}: this body was read before`);
  const told = toldLength(source.headers);
  if (told !== undefined && told > limit) {
    body.cancel().catch(() => {});
    refuseLength(limit);
  }
  if (told !== undefined && told <= SHORT_BYTES) {
    const bytes = new Uint8Array(await source.arrayBuffer());
    if (bytes.length > 0) append(bytes, sink, limit);
    return;
  }
  if (told !== undefined) sink.expect(Math.min(told, MOST_EXPECTED));
  await readAll(body, sink, limit);
}

/** How many bytes a body has, where its headers tell; that of one that is unpacked on the way is another. */
function toldLength(headers: Headers): number | undefined {
  const told = Number(headers.get("content-length") ?? NaN);
  return Number.isSafeInteger(told) && told >= 0 && !headers.has("content-encoding") ? told : undefined;
}

/** A reader that fills the buffers that it is given; `undefined` for a stream that has chunks of its own. */
function byteReaderOf(stream: Stream): ReadableStreamBYOBReader | undefined {
  if (!("getReader" in stream)) return undefined;
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    // Streams of objects, and all of Bun 1.4; one that is locked is refused in the other way too.
    return undefined;
  }
}

/**
 * Reads through a buffer of JavaScript: one that a stream fails with is lost, and a block must not be. Four times as fast as
 * chunks in Deno 2.9, which makes a new buffer of 64 KiB for each of those.
 */
async function readBytes(reader: ReadableStreamBYOBReader, sink: ByteSink, limit: number): Promise<void> {
  let buffer = spares.pop() ?? new ArrayBuffer(SPARE_BYTES);
  try {
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      // Without a value the stream was cancelled.
      if (value === undefined) return;
      buffer = value.buffer;
      if (done) break;
      append(value, sink, limit);
    }
  } catch (error) {
    // Not awaited: nothing says that it ever settles, and why the stream was left is told by the error.
    reader.cancel(error).catch(() => {});
    throw error;
  }
  if (buffer.byteLength === SPARE_BYTES && spares.length < MOST_SPARE) spares.push(buffer);
}

/** Reads chunks; the stream is cancelled when one is refused. */
async function readChunks(stream: Stream, sink: ByteSink, limit: number): Promise<void> {
  if (!(Symbol.asyncIterator in stream)) refuse(stream);
  for await (const chunk of chunksOf(stream)) {
    if (!(chunk instanceof Uint8Array)) refuseArgument(chunk, ACTION, "chunks that are Uint8Array");
    const bytes = toBytes(chunk);
    if (bytes.length > 0) append(bytes, sink, limit);
  }
}

/** Chunks of Node.js's streams without destroying those that are left, so that a request that is too long gets an answer. */
function chunksOf(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const { iterator } = stream as { iterator?: (options: { destroyOnReturn: boolean }) => AsyncIterable<Uint8Array> };
  return typeof iterator === "function" ? iterator.call(stream, { destroyOnReturn: false }) : stream;
}

function append(bytes: Uint8Array, sink: ByteSink, limit: number): void {
  if (sink.length + bytes.length > limit) {
    refuseLength(limit);
  }
  sink.append(bytes, limit);
}

function refuseLength(limit: number): never {
  throw new InputTooLongError(`Cannot ${ACTION}: it has more than ${limit} bytes`, { limit });
}
