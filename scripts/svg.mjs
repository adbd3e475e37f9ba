// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What pictures in SVG need, whoever draws them.

/** A coordinate with one digit behind the point. */
export function round(number) {
  return Math.round(number * 10) / 10;
}

/** `text` as it stands in an element or an attribute. */
export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
