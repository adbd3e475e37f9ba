import type { Heap } from "../../mod.ts";
import { answer } from "../core/answer.ts";
import { BodyTooLargeError } from "../core/body_errors.ts";
import { integerOf, QueryError } from "../core/query.ts";
import { readChunks } from "../core/read_chunks.ts";
import type { Handler } from "../core/serve.ts";
import { PictureError } from "../images/picture.ts";
import type { Studio } from "./studio.ts";

const MOST_WIDTH = 4096;

/** Makes the handler that reads pictures into `heap` and has them made smaller by `studio`. */
export function createHandler(heap: Heap, studio: Studio, mostBytes: number): Handler {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/health") return answer(200, { liveBytes: heap.liveBytes, liveBlocks: heap.liveBlocks });
    if (pathname !== "/thumbnail" || request.method !== "POST") {
      return answer(404, { error: "Cannot find it: there is POST /thumbnail?width=PIXELS" });
    }
    try {
      return await makeSmall(request, integerOf(searchParams, "width", [1, MOST_WIDTH]));
    } catch (error) {
      const isTheirs = error instanceof PictureError || error instanceof QueryError;
      const status = isTheirs ? 400 : error instanceof BodyTooLargeError ? 413 : 500;
      return answer(status, { error: (error as Error).message });
    }
  };

  async function makeSmall(request: Request, width: number): Promise<Response> {
    const length = Number(request.headers.get("content-length") ?? 0);
    if (length === 0) return answer(411, { error: "Cannot take a picture without a content-length" });
    if (length > mostBytes) return answer(413, { error: `Cannot take a picture of more than ${mostBytes} bytes` });
    const picture = await readBody(request, length);
    const small = await studio.shrink(picture, width);
    try {
      // A Response copies the bytes that it is given.
      return new Response(small, { headers: { "content-type": "image/x-portable-pixmap" } });
    } finally {
      heap.free(small);
    }
  }

  /** The body in a block of its own. */
  async function readBody(request: Request, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = heap.allocate(Uint8Array, length);
    let end = 0;
    try {
      await readChunks(request, length, (chunk) => {
        bytes.set(chunk, end);
        end += chunk.length;
      });
      if (end < length) throw new PictureError(`Cannot read the picture: ${end} of ${length} bytes came`);
      return bytes;
    } catch (error) {
      heap.free(bytes);
      throw error;
    }
  }
}
