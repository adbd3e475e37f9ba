import { constants, createUnzip } from "node:zlib";
import type { Allocator, ByteSource } from "../allocator.ts";
import { requireObject, shown } from "../argument.ts";
import { toBytes } from "../core/byte_source.ts";
import { MAX_BLOCK_BYTES } from "../core/view.ts";
import { DamagedInputError, InputTooLongError } from "../errors.ts";
import { InputView } from "./_input_view.ts";

/** What is known of packed bytes. */
export interface InflateOptions {
  /** The most bytes that they may have unpacked: those that a block is taken for, from 1 to 4,294,967,295. */
  readonly byteLength: number;
}

/** The part of the engine behind the streams of `node:zlib` that packages rely on, in Node.js, Deno and Bun. */
interface Engine {
  onerror: (message: string) => void;
  writeSync(
    flush: number,
    source: Uint8Array,
    sourceOffset: number,
    sourceLength: number,
    target: Uint8Array,
    targetOffset: number,
    targetLength: number,
  ): void;
}

/** A stream of `node:zlib` with its engine, and how many bytes that has left to write and to read. */
interface Unzip {
  readonly _handle: Engine;
  readonly _writeState: Uint32Array;
  close(): void;
}

/** The least that `node:zlib` takes for the buffer of a stream, which is not used here. */
const LEAST_CHUNK = 64;

/** What the methods `inflate` of heaps and scopes do. */
export function inflate(allocator: Allocator, source: ByteSource, options: InflateOptions): Uint8Array<ArrayBuffer> {
  const { byteLength } = requireObject(options, "inflate", "an object with the byteLength");
  if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > MAX_BLOCK_BYTES) {
    throw new RangeError(
      `Cannot inflate to ${shown(byteLength)} bytes: expected byteLength to be an integer from 1 to ${MAX_BLOCK_BYTES}`,
    );
  }
  const packed = toBytes(source);
  requirePacked(packed);
  const input = new InputView(allocator, "inflate");
  const unzip = createUnzip({ chunkSize: LEAST_CHUNK }) as unknown as Unzip;
  try {
    const view = input.resize(byteLength);
    input.length = unpack(unzip, packed, view);
    return input.finish();
  } catch (error) {
    input.abandon();
    throw error;
  } finally {
    unzip.close();
  }
}

/** Throws for bytes that neither gzip nor deflate begin with, before memory is taken that a scope cannot give back. */
function requirePacked([first = 0, second = 0]: Uint8Array): void {
  const isGzip = first === 0x1f && second === 0x8b;
  const isDeflate = (first & 15) === 8 && (first << 8 | second) % 31 === 0;
  if (isGzip || isDeflate) return;
  throw new DamagedInputError("Cannot inflate: incorrect header check, it is neither gzip nor deflate");
}

/** Unpacks into `view` itself; every public way makes buffers and joins them. Returns the bytes that there are. */
function unpack(unzip: Unzip, packed: Uint8Array, view: Uint8Array): number {
  const { _handle: engine, _writeState: state } = unzip;
  let failure: string | undefined;
  engine.onerror = (message): void => {
    failure ??= message;
  };
  function write(from: number, target: Uint8Array): void {
    engine.writeSync(constants.Z_FINISH, packed, from, packed.length - from, target, 0, target.length);
    if (failure !== undefined) throw new DamagedInputError(`Cannot inflate: ${failure}`);
  }
  write(0, view);
  const [left = 0, unread = 0] = state;
  if (left > 0) return view.length - left;
  // Whether that was the end is told by a byte more.
  write(packed.length - unread, new Uint8Array(1));
  if (state[0] === 1) return view.length;
  throw new InputTooLongError(`Cannot inflate: there are more than ${view.length} bytes`, { limit: view.length });
}
