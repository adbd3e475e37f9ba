import assert from "node:assert/strict";
import { test } from "node:test";
import { drawLatencies, LatencyHistogram } from "../../../realtime/mod.ts";

function filled(...times: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const time of times) histogram.record(time);
  return histogram;
}

/** The names of elements that are open at the end of well-formed XML: none. */
function openElements(xml: string): string[] {
  const open: string[] = [];
  for (const [, end, name, whole] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[a-zA-Z-]+="[^"<>]*")*\s*(\/?)>/g)) {
    if (end === "/") assert.equal(open.pop(), name);
    else if (whole !== "/") open.push(name!);
  }
  assert.equal(xml.replaceAll(/<\/?[a-z]+(?:\s[a-zA-Z-]+="[^"<>]*")*\s*\/?>/g, "").match(/[<>]/), null);
  return open;
}

test("drawLatencies() draws a line for each histogram, for light and dark pages", () => {
  const picture = drawLatencies("a < b & c", { "one <1>": filled(100, 200, 5000), "two & more": filled(70_000) });
  assert.deepEqual(openElements(picture), []);
  assert.match(picture, /@media \(prefers-color-scheme: dark\)/);
  assert.equal(picture.match(/class="line line0" d="M[\d.]+ [\d.]+H[^"]+V/g)?.length, 1);
  assert.equal(picture.match(/class="line line1"/g)?.length, 2);
  assert.match(picture, />one &lt;1&gt;</);
  assert.match(picture, /a &lt; b &amp; c/);
  assert.match(picture, /longest 5000 ns/);
});

test("drawLatencies() puts longer times higher and rarer ones further to the right", () => {
  const histogram = new LatencyHistogram();
  for (let i = 0; i < 999; i++) histogram.record(100);
  histogram.record(10_000);
  const picture = drawLatencies("times", { heap: histogram });
  const [, x1, y1, x2, y2] = /line0" d="M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H/.exec(picture)!.map(Number);
  // Up to 100 ns until 99.9 %, the third of three nines; then two powers of ten higher.
  assert.deepEqual([x1, x2], [64, 700]);
  assert.deepEqual([y1, y2], [286, 44]);
});

test("drawLatencies() refuses nothing to draw, and more than it can tell apart", () => {
  const one = filled(1);
  const seven = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`${index}`, one]));
  assert.throws(() => drawLatencies("none", {}), RangeError);
  assert.throws(() => drawLatencies("empty", { empty: new LatencyHistogram() }), RangeError);
  assert.throws(() => drawLatencies("seven", seven), RangeError);
  assert.throws(() => drawLatencies("no histogram", { one: {} as LatencyHistogram }), TypeError);
  assert.throws(() => drawLatencies(5 as unknown as string, { one }), TypeError);
  assert.match(drawLatencies("one is empty", { one, empty: new LatencyHistogram() }), /<svg/);
});
