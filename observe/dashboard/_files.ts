import { HttpError } from "./_http_error.ts";

// By a literal, so that both runtimes find the package wherever they keep it, and as text, so that nobody needs the
// permission to read files. At the first use, because most programs never open a dashboard.

/** The library that draws the charts, as a script that makes `uPlot` global. */
export async function chartScript(): Promise<string> {
  // @ts-ignore: tsc knows no import of text
  const { default: text } = await import("uplot/dist/uPlot.iife.min.js", { with: { type: "text" } });
  return requireText(text);
}

/** The style that it needs. */
export async function chartStyle(): Promise<string> {
  // @ts-ignore: tsc knows no import of text
  const { default: text } = await import("uplot/dist/uPlot.min.css", { with: { type: "text" } });
  return requireText(text);
}

function requireText(text: unknown): string {
  if (typeof text === "string") return text;
  throw new HttpError(500, "Cannot show charts: this runtime does not import files as text, Deno 2.9 and Bun 1.4 do");
}
