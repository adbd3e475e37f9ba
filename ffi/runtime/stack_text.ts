import process from "node:process";

/** A captured stack as text. */
export interface StackText {
  /** The same for the same calls, and another one for others; its places may be those of translated code. */
  readonly key: string;
  /** The text with places of sources, as far as the engine knows them; it costs 10 to 30 times what the key does. */
  read(): string;
}

let calls: readonly NodeJS.CallSite[] | undefined;

// Inside of the function that writes a stack, V8 writes stacks by itself: fast, and without asking for sources.
function keepCalls(captured: Error, sites: readonly NodeJS.CallSite[]): unknown {
  calls = sites;
  return captured.stack;
}

/**
 * The text of a stack whose `stack` nobody has asked for; from then on that has the places of translated code. Deno maps
 * each place of each stack, 5 to 15 µs for each call, even where the same stack was mapped before: hence the key. What a
 * program has set as `Error.prepareStackTrace` is not called in Deno.
 *
 * Of code that the program has compiled from a text, the place that compiled it stays that of translated code.
 */
export function readStack(captured: Error): StackText {
  if (process.versions["bun"] !== undefined) return justText(captured);
  const { prepareStackTrace } = Error;
  calls = undefined;
  Error.prepareStackTrace = keepCalls;
  try {
    const key = String(captured.stack);
    return calls === undefined ? justText(captured) : { key, read: readCalls.bind(undefined, calls) };
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    // They hold on to what was called.
    calls = undefined;
  }
}

// A program may have its own idea of what a stack is.
function justText({ stack }: Error): StackText {
  const key = String(stack);
  return { key, read: () => key };
}

function readCalls(sites: readonly NodeJS.CallSite[]): string {
  return ["Error", ...sites.map((site) => `    at ${site}`)].join("\n");
}
