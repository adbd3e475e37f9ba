/** An answer to a request. */
export type Answer = readonly [status: number, type: string, body: string];

/** An answer of one line. */
export function text(status: number, line: string): Answer {
  return [status, "text/plain; charset=utf-8", `${line}\n`];
}
