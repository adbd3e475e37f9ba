const ROWS = 200;

/** A page about a name: a table that takes a millisecond to make. */
export function renderPage(name: string): Uint8Array {
  let state = 0;
  for (const character of name) state = Math.imul(state, 31) + character.codePointAt(0)! | 0;
  const rows: string[] = [];
  for (let row = 0; row < ROWS; row++) {
    for (let turn = 0; turn < 1000; turn++) state = Math.imul(state ^ state >>> 15, 0x735a2d97) + row | 0;
    rows.push(`<tr><td>${row}</td><td>${state >>> 0}</td></tr>`);
  }
  const title = name.replaceAll(/[^\p{L}\p{N} _-]/gu, "");
  return new TextEncoder().encode(`<!doctype html><title>${title}</title><table>${rows.join("")}</table>\n`);
}
