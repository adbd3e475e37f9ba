/** The resident service in this process, on each of its stores, and what the tests send it. */
import { ORDINARY_MEMORY } from "../../examples/core/memory.ts";
import type { Handler } from "../../examples/core/serve.ts";
import { Exports } from "../../examples/fleet/exports.ts";
import { createHandler } from "../../examples/fleet/handler.ts";
import { MemoryStore } from "../../examples/fleet/memory_store.ts";
import { ObjectsStore } from "../../examples/fleet/objects_store.ts";
import { BinaryOutput } from "../../examples/fleet/output.ts";
import { SqliteStore } from "../../examples/fleet/sqlite_store.ts";
import type { Store } from "../../examples/fleet/store.ts";
import { encodeDevice, LATEST } from "../../scripts/fleet_devices.mjs";

export const MOST_BYTES = 2 ** 20;

/** An empty store of every kind. */
export function createStores(): Store[] {
  return [new MemoryStore({ limit: 2 ** 28 }), new ObjectsStore(), new SqliteStore()];
}

/** The handler of a store. */
export function handlerOf(store: Store, keepSeconds = 0): Handler {
  const now = (): number => LATEST;
  return createHandler({ store, exports: new Exports(store), keepSeconds, maximumBodyBytes: MOST_BYTES, now });
}

/** Devices as binary records. */
export function recordsOf(devices: readonly Parameters<typeof encodeDevice>[0][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(devices.length * 150);
  let end = 0;
  for (const device of devices) end = encodeDevice(device, bytes, end);
  return bytes.slice(0, end);
}

/** Everything that a store has, by time and id. */
export function contentsOf(store: Store): Uint8Array {
  const output = new BinaryOutput(ORDINARY_MEMORY, 65_536);
  while (store.walk(ORDINARY_MEMORY).next(output, Infinity));
  return output.end();
}

/** A body that comes in the given chunks. */
export function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller): void {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** Sends a request to a handler, and takes the whole answer. */
export async function ask(
  handler: Handler,
  method: string,
  path: string,
  body?: BodyInit,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string | null; text: string }> {
  const streamed = body instanceof ReadableStream ? { duplex: "half" } : {};
  const given = body === undefined ? {} : { body, ...streamed };
  const response = await handler(new Request(`http://localhost${path}`, { method, headers, ...given } as RequestInit));
  const text = new TextDecoder("latin1").decode(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get("content-type"), text };
}
