import { answer } from "../core/answer.ts";
import { BodyLostError, BodyTooLargeError } from "../core/body_errors.ts";
import type { Memory } from "../core/memory.ts";
import type { Handler } from "../core/serve.ts";
import { urlOf } from "../core/url_of.ts";
import type { Arm } from "./arm.ts";
import { CsvError } from "./csv_error.ts";
import { renderMetrics } from "./metrics.ts";
import { parseMeasurements } from "./parse_measurements.ts";
import { readBody } from "./read_body.ts";
import { renderSummary } from "./render_summary.ts";
import { summarise } from "./summarise.ts";

/** Makes the handler that answers with the memory of `arm`. */
export function createHandler(arm: Arm, maximumBodyBytes: number): Handler {
  const routes: Record<string, [methods: readonly string[], answer: Handler]> = {
    "/summary": [
      ["POST"],
      (request) => arm.run((memory) => answerSummary(request, memory, maximumBodyBytes)),
    ],
    "/health": [["GET", "HEAD"], () => answer(200, { status: "ok", arm: arm.name })],
    "/metrics": [["GET", "HEAD"], () => answerMetrics(arm)],
  };
  return async (request) => {
    const pathname = urlOf(request)?.pathname;
    if (pathname === undefined) {
      return answer(400, { error: "Cannot read the URL or the host of the request" });
    }
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route === undefined) {
      return answer(404, { error: `Cannot find ${pathname}` });
    }
    const [methods, respond] = route;
    if (!methods.includes(request.method)) {
      return answer(405, { error: `Cannot ${request.method} ${pathname}` }, {
        allow: methods.join(", "),
      });
    }
    try {
      return await respond(request);
    } catch (error) {
      return answerError(error, arm);
    }
  };
}

async function answerSummary(
  request: Request,
  memory: Memory,
  maximumBodyBytes: number,
): Promise<Response> {
  const coding = request.headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    return answer(415, { error: `Cannot read a body in ${coding}` }, { "accept-encoding": "identity" });
  }
  const bytes = await readBody(request, memory, maximumBodyBytes);
  const summary = summarise(parseMeasurements(bytes, memory), memory);
  return new Response(renderSummary(summary), {
    headers: { "content-type": "application/json" },
  });
}

function answerMetrics(arm: Arm): Promise<Response> {
  return Promise.resolve(
    new Response(renderMetrics(arm), {
      headers: { "content-type": "text/plain; version=0.0.4" },
    }),
  );
}

function answerError(error: unknown, arm: Arm): Promise<Response> {
  if (error instanceof CsvError) {
    const { message, line, column } = error;
    return answer(400, { error: message, line, column });
  }
  if (error instanceof BodyTooLargeError) {
    return answer(413, { error: error.message });
  }
  if (error instanceof BodyLostError) {
    return answer(400, { error: error.message });
  }
  const status = arm.refusal(error);
  if (status === undefined) throw error;
  return answer(
    status,
    { error: (error as Error).message },
    status === 503 ? { "retry-after": "1" } : {},
  );
}
