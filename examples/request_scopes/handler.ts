import type { Arm } from "./arm.ts";
import { CsvError } from "./csv_error.ts";
import type { Memory } from "./memory.ts";
import { renderMetrics } from "./metrics.ts";
import { parseMeasurements } from "./parse_measurements.ts";
import { BodyLostError, BodyTooLargeError, readBody } from "./read_body.ts";
import { renderSummary } from "./render_summary.ts";
import { summarise } from "./summarise.ts";

/** Answers requests; the same function for both runtimes. */
export type Handler = (request: Request) => Promise<Response>;

/** Makes the handler that answers with the memory of `arm`. */
export function createHandler(arm: Arm, maximumBodyBytes: number): Handler {
  const routes: Record<string, [method: string, answer: Handler]> = {
    "/summary": [
      "POST",
      (request) => arm.run((memory) => answerSummary(request, memory, maximumBodyBytes)),
    ],
    "/health": ["GET", () => answer(200, { status: "ok", arm: arm.name })],
    "/metrics": ["GET", () => answerMetrics(arm)],
  };
  return async (request) => {
    const { pathname } = new URL(request.url);
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route === undefined) {
      return answer(404, { error: `Cannot find ${pathname}` });
    }
    const [method, respond] = route;
    if (request.method !== method) {
      return answer(405, { error: `Cannot ${request.method} ${pathname}` }, {
        allow: method,
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

function answer(
  status: number,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return Promise.resolve(Response.json(body, { status, headers }));
}
