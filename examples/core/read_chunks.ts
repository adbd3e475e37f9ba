import { bodyLost, tooLarge } from "./body_errors.ts";

/**
 * Calls `take` with every chunk of a body as it comes.
 *
 * @throws {BodyTooLargeError} when it has more than `limit` bytes
 * @throws {BodyLostError} when the connection ends before the body; and whatever `take` throws
 */
export async function readChunks(
  request: Request,
  limit: number,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (request.body === null) return;
  const reader = request.body.getReader();
  let length = 0;
  try {
    while (true) {
      const { value, done } = await reader.read().catch(bodyLost);
      if (done) return;
      length += value.length;
      if (length > limit) throw tooLarge(limit);
      take(value);
    }
  } catch (error) {
    // Nobody reads the rest; a body that was lost cannot be cancelled.
    await reader.cancel().catch(() => {});
    throw error;
  }
}
