import assert from "node:assert/strict";
import { test } from "node:test";
import { scanDecimal } from "../../examples/request_scopes/scan_decimal.ts";
import { below, seeded } from "./_seed.ts";

const column = new Float64Array(1);

function scan(text: string): { end: number; value: number } {
  const bytes = new TextEncoder().encode(`${text}\n`);
  const end = scanDecimal(bytes, 0, column, 0);
  return { end, value: column[0]! };
}

function randomDecimal(random: () => number): string {
  const digits = (count: number): string => Array.from({ length: count }, () => below(random, 10)).join("");
  const sign = random() < 0.3 ? "-" : "";
  const point = random() < 0.8 ? "." : "";
  return sign + digits(1 + below(random, 9)) + point +
    (point === "" ? "" : digits(below(random, 16)));
}

test("scanDecimal() returns exactly what Number() returns", () => {
  const { random, message } = seeded();
  let taken = 0;
  for (let count = 0; count < 100_000; count++) {
    const text = randomDecimal(random);
    const { end, value } = scan(text);
    if (end < 0) continue;
    taken++;
    assert.equal(end, text.length, `${text}: ${message}`);
    assert.ok(
      Object.is(value, Number(text)),
      `${text} became ${value}: ${message}`,
    );
  }
  assert.ok(taken > 60_000 && taken < 100_000, `took ${taken}`);
});

test("scanDecimal() takes mantissas up to 2^53 - 1 and refuses longer ones", () => {
  for (
    const text of [
      "9007199254740991",
      "90071992547.40991",
      "-0",
      "0.0000000000000000000001",
      ".5",
      "5.",
    ]
  ) {
    const { end, value } = scan(text);
    assert.equal(end, text.length, text);
    assert.ok(Object.is(value, Number(text)), text);
  }
  for (
    const text of [
      "9007199254740992",
      "9007199254740993",
      "0.30000000000000004441",
      "0.00000000000000000000001",
      "123456789012345678901234567890",
      "",
      "-",
      ".",
      "+1",
      "e5",
    ]
  ) assert.equal(scan(text).end, -1, text);
});

test("scanDecimal() stops at the first character that is not a digit", () => {
  assert.equal(scan("12.5,7").end, 4);
  assert.equal(scan("1.2.3").end, 3);
  assert.equal(scan("1e5").end, 1);
});
