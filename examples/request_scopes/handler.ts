import { answer } from "../core/answer.ts";
import type { Arm } from "../core/arm.ts";
import { createArmHandler, refuseCoding } from "../core/arm_handler.ts";
import type { Memory } from "../core/memory.ts";
import type { Handler } from "../core/serve.ts";
import { CsvError } from "./csv_error.ts";
import { parseMeasurements } from "./parse_measurements.ts";
import { readBody } from "./read_body.ts";
import { renderSummary } from "./render_summary.ts";
import { summarise } from "./summarise.ts";

/** Makes the handler that answers with the memory of `arm`. */
export function createHandler(arm: Arm, maximumBodyBytes: number): Handler {
  const summary: Handler = (request) => arm.run((memory) => answerSummary(request, memory, maximumBodyBytes));
  return createArmHandler(arm, { "/summary": [["POST"], summary] }, (error) => {
    if (!(error instanceof CsvError)) return undefined;
    const { message, line, column } = error;
    return answer(400, { error: message, line, column });
  });
}

async function answerSummary(request: Request, memory: Memory, maximumBodyBytes: number): Promise<Response> {
  const refused = refuseCoding(request);
  if (refused !== undefined) return refused;
  const bytes = await readBody(request, memory, maximumBodyBytes);
  const summary = summarise(parseMeasurements(bytes, memory), memory);
  return new Response(renderSummary(summary), {
    headers: { "content-type": "application/json" },
  });
}
