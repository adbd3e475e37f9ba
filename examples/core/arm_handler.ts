import { answer } from "./answer.ts";
import type { Arm } from "./arm.ts";
import { answerArmMetrics } from "./arm_metrics.ts";
import { BodyLostError, BodyTooLargeError } from "./body_errors.ts";
import type { Handler } from "./serve.ts";
import { urlOf } from "./url_of.ts";

/** What answers requests with some methods. */
export type Route = readonly [methods: readonly string[], answer: Handler];

/**
 * The handler of a server that works with the memory of `arm`: its routes by path, `/health` and `/metrics`.
 * `refuse` gives the answer to errors of its own kinds, `undefined` for all others.
 */
export function createArmHandler(
  arm: Arm,
  own: Readonly<Record<string, Route>>,
  refuse: (error: unknown) => Promise<Response> | undefined,
): Handler {
  const routes: Record<string, Route> = {
    ...own,
    "/health": [["GET", "HEAD"], () => answer(200, { status: "ok", arm: arm.name })],
    "/metrics": [["GET", "HEAD"], () => answerArmMetrics(arm)],
  };
  return async (request) => {
    const pathname = urlOf(request)?.pathname;
    if (pathname === undefined) {
      return answer(400, { error: "Cannot read the URL or the host of the request" });
    }
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route === undefined) return answer(404, { error: `Cannot find ${pathname}` });
    const [methods, respond] = route;
    if (!methods.includes(request.method)) {
      return answer(405, { error: `Cannot ${request.method} ${pathname}` }, { allow: methods.join(", ") });
    }
    try {
      return await respond(request);
    } catch (error) {
      return refuse(error) ?? answerError(error, arm);
    }
  };
}

/** The answer to a body in a coding, which cannot be read; `undefined` for any other. */
export function refuseCoding(request: Request): Promise<Response> | undefined {
  const coding = request.headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() === "identity") return undefined;
  return answer(415, { error: `Cannot read a body in ${coding}` }, { "accept-encoding": "identity" });
}

function answerError(error: unknown, arm: Arm): Promise<Response> {
  if (error instanceof BodyTooLargeError) return answer(413, { error: error.message });
  if (error instanceof BodyLostError) return answer(400, { error: error.message });
  const status = arm.refusal(error);
  if (status === undefined) throw error;
  return answer(status, { error: (error as Error).message }, status === 503 ? { "retry-after": "1" } : {});
}
