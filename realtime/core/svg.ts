/** Panel and writing of a picture in SVG, in the colours of GitHub for light and dark pages. */
export const PANEL_STYLE = `
  .panel { fill: #ffffff; stroke: #d0d7de; }
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .note { fill: #59636e; }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0d1117; stroke: #3d444d; }
    text { fill: #f0f6fc; }
    .note { fill: #9198a1; }
  }
`;

/** A coordinate with one digit behind the point. */
export function round(number: number): number {
  return Math.round(number * 10) / 10;
}

/** `text` as it stands in an element or an attribute. */
export function escape(text: string): string {
  // XML has no way to write these.
  // deno-lint-ignore no-control-regex
  const writable = text.toWellFormed().replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
  return writable.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
