// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types

const CLOCK = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * Sends requests at the times at which they are due, whatever the server does: one that stands still is charged for
 * all that waits behind it.
 *
 * They go out one after the other in this order, so that every server sees the same sequence. The latency of a request
 * counts from its due time when the answer before it came later than that; else from when it was sent, because a
 * timer that wakes late is none of the server's doing.
 *
 * @template {{ due: number }} R
 * @param {R[]} requests in order of `due`, which counts periods from the start
 * @param {{ period: number, send: (request: R) => Promise<void>, clock?: typeof CLOCK }} options period in milliseconds
 * @returns {Promise<{ request: R, at: number, latency: number }[]>} when each was due and how long it took, in
 *   milliseconds
 */
export async function openLoop(requests, { period, send, clock = CLOCK }) {
  const results = [];
  const start = clock.now();
  for (const request of requests) {
    const due = start + request.due * period;
    let from = due;
    while (clock.now() < due) {
      await clock.sleep(due - clock.now());
      from = clock.now();
    }
    await send(request);
    results.push({ request, at: due - start, latency: clock.now() - from });
  }
  return results;
}
