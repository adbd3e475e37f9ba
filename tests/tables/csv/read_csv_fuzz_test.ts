import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { f64, i32, text, u32 } from "../../../stl/mod.ts";
import { CsvError, dictionary, readCsv } from "../../../tables/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { piecesOf } from "./_pieces.ts";
import { readReference } from "./_reference.ts";

const COLUMNS = { word: dictionary(u32), amount: i32, price: f64, note: text(64) };
type Name = keyof typeof COLUMNS;
const WORDS = [
  "",
  "a",
  "Lima, Callao",
  'say "no"',
  "zwei\nZeilen",
  "a\r\nb",
  "añejo",
  "日本",
  "🙂",
  '"',
  ",",
  "x".repeat(40),
];

function quoted(field: string, random: Random): string {
  return /[",\r\n]/.test(field) || random.once(5) ? `"${field.replaceAll('"', '""')}"` : field;
}

function fieldOf(name: string, random: Random): string {
  switch (name) {
    case "amount":
      return String(Math.trunc((random.next() - 0.5) * 2 ** (1 + random.below(32))));
    case "price":
      if (random.once(8)) return "";
      return random.pick([
        (random.next() * 100).toFixed(random.below(5)),
        String((random.next() - 0.5) * 10 ** (random.below(60) - 30)),
        String(random.next()),
        "-0",
        "1e3",
        "12345678901234567890",
      ]);
    default:
      return random.once(3) ? random.pick(WORDS) : random.pick(WORDS) + random.below(1000);
  }
}

/** A file, with its columns in any order and others between them. */
function fileOf(random: Random): string {
  const names = ["word", "other", "amount", "price", "more", "note"];
  names.sort(() => random.next() - 0.5);
  const end = random.pick(["\n", "\r\n"]);
  const lines = [names.map((name) => quoted(name, random)).join(",")];
  for (let row = random.below(random.pick([3, 30, 100])); row > 0; row--) {
    lines.push(names.map((name) => quoted(fieldOf(name, random), random)).join(","));
    if (random.once(10)) lines.push("");
  }
  return (random.once(3) ? "\ufeff" : "") + lines.join(end) + (random.once(2) ? end : "");
}

/** Puts, takes away or changes a character. */
function damage(file: string, random: Random): string {
  const at = random.below(file.length);
  const character = random.pick(['"', ",", "\n", "\r", "x", "1", "-", ""]);
  // Half of a character is none in UTF-8.
  return `${file.slice(0, at)}${character}${file.slice(at + random.below(2))}`.toWellFormed();
}

/** The rows as the reference reads them; the line of the first fault otherwise. */
function expected(file: string): Record<Name, unknown>[] | number {
  const { records, lines, fault } = readReference(file);
  if (records.length === 0) return fault ?? 0;
  const [names] = records as [readonly string[]];
  const asked = Object.keys(COLUMNS) as Name[];
  if (asked.some((name) => names.filter((other) => other === name).length !== 1)) return lines[0]!;
  const rows: Record<Name, unknown>[] = [];
  for (const [index, record] of records.entries()) {
    if (index === 0) continue;
    if (record.length !== names.length) return lines[index]!;
    const field = (name: Name): string => record[names.indexOf(name)]!;
    const amount = Number(field("amount"));
    const price = field("price").trim();
    const fits = /^\s*[+-]?[\d.]+\s*$/.test(field("amount")) &&
      Number.isInteger(amount) && amount >= -(2 ** 31) && amount < 2 ** 31 &&
      (field("price") === "" || (price !== "" && Number.isFinite(Number(price)))) &&
      new TextEncoder().encode(field("note")).length <= 64;
    if (!fits) return lines[index]!;
    rows.push({ word: field("word"), amount, price: price === "" ? NaN : Number(price), note: field("note") });
  }
  return fault ?? rows;
}

test("readCsv() reads files cut anywhere as a simple reader of the whole text does, and refuses what that refuses", async () => {
  const seed = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
  const files = numberFrom("FILES", 150);
  const counts = { read: 0, refused: 0, rows: 0 };
  for (let play = 0; play < files; play++) {
    const random = new Random(0);
    random.restart(seed, play);
    const whole = fileOf(random);
    const file = play % 3 === 0 ? damage(whole, random) : whole;
    const told = `SEED=${seed}, file ${play}: ${JSON.stringify(file)}`;
    using heap = new Heap();
    const pieces = piecesOf(new TextEncoder().encode(file), random, random.pick([1, 3, 17, 1000]));
    const rows = expected(file);
    try {
      using table = await readCsv(pieces, COLUMNS, { allocator: heap });
      assert.deepEqual(table.toArray(), rows, told);
      // No part of a word that was cut is among them.
      const words = new Set(table.toArray().map(({ word }) => word));
      assert.deepEqual(table.dictionaries.word.toArray(), [...words], told);
      counts.read++;
      counts.rows += table.length;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      assert.equal(typeof rows, "number", `${told}: ${error.message}`);
      // A quote that does not end, or ends elsewhere, may be told where it was seen.
      if (!file.includes('"')) assert.equal(error.line, rows || 1, `${told}: ${error.message}`);
      assert.ok(error.column >= 1 && error.line >= 1, told);
      counts.refused++;
    }
    assert.equal(heap.liveBlocks, 0, told);
  }
  // More than half of those that are damaged are refused, 28 of 150: fewer than 4 come once in 10^14 runs.
  assert.ok(counts.read > files / 2 && counts.refused > files / 50 && counts.rows > files, JSON.stringify(counts));
});
