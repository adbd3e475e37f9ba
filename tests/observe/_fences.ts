/** A fence of a document: what language it says it is, and what is in it. */
export interface Fence {
  readonly kind: string;
  readonly body: string;
}

/** The fences of the part of a document between two headings. */
export function fencesOf(document: string, from: string, to: string): Fence[] {
  const part = document.slice(document.indexOf(`\n${from}\n`), document.indexOf(`\n${to}\n`));
  return [...part.matchAll(/^```(\w+)[^\n]*\n(.*?)^```$/gms)].map(([, kind, body]) => ({ kind: kind!, body: body! }));
}
