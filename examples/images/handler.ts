import { answer } from "../core/answer.ts";
import type { Arm } from "../core/arm.ts";
import { createArmHandler, refuseCoding } from "../core/arm_handler.ts";
import { bodyLost, tooLarge } from "../core/body_errors.ts";
import type { Memory } from "../core/memory.ts";
import { integerOf, QueryError } from "../core/query.ts";
import { readChunks } from "../core/read_chunks.ts";
import type { Handler } from "../core/serve.ts";
import { urlOf } from "../core/url_of.ts";
import { PictureError, readPicture } from "./picture.ts";
import { resize } from "./resize.ts";

const TYPE = "image/x-portable-pixmap";

/** Makes the handler that answers with the memory of `arm`. */
export function createHandler(arm: Arm, maximumBodyBytes: number): Handler {
  const resized: Handler = (request) => arm.run((memory) => answerResize(request, memory, maximumBodyBytes));
  return createArmHandler(arm, { "/resize": [["POST"], resized] }, (error) => {
    const refused = error instanceof PictureError || error instanceof QueryError;
    return refused ? answer(400, { error: error.message }) : undefined;
  });
}

async function answerResize(request: Request, memory: Memory, maximumBodyBytes: number): Promise<Response> {
  const refused = refuseCoding(request);
  if (refused !== undefined) return refused;
  const length = request.headers.get("content-length");
  if (length === null) return answer(411, { error: "Cannot take a picture without a content-length" });
  if (Number(length) > maximumBodyBytes) throw tooLarge(maximumBodyBytes);
  const picture = readPicture(await readBytes(request, memory.bytes(Number(length))));
  const width = integerOf(urlOf(request)!.searchParams, "width", [1, picture.width]);
  // A Response copies the bytes that it is given.
  return new Response(resize(picture, width, memory), { headers: { "content-type": TYPE } });
}

/** Fills `bytes` with the body, which is as long. */
async function readBytes(request: Request, bytes: Uint8Array): Promise<Uint8Array> {
  let end = 0;
  await readChunks(request, bytes.length, (chunk) => {
    bytes.set(chunk, end);
    end += chunk.length;
  });
  if (end < bytes.length) bodyLost();
  return bytes;
}
