import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, Heap } from "../../../mod.ts";
import { bool, f32, f64, i32, i64, i8, SoaVector, text, u16, u32, u8 } from "../../../stl/mod.ts";
import { count, DataTable, dictionary, groupBy, max, mean, min, sum } from "../../../tables/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const COLUMNS = { word: dictionary(u16), sure: bool, small: i8, near: i32, far: u32, price: f64, big: i64 };
type Name = Exclude<keyof typeof COLUMNS, "big">;
const KEYS: readonly Name[] = ["word", "sure", "small", "near", "far", "price"];
const TOLD = {
  n: count(),
  prices: count("price"),
  total: sum("price"),
  mean: mean("price"),
  min: min("near"),
  max: max("price"),
};

function tableOf(heap: Heap, random: Random, rows: number): DataTable<typeof COLUMNS> {
  const table = new DataTable(COLUMNS, { allocator: heap });
  const spread = random.pick([3, 50, 10_000]);
  for (let row = 0; row < rows; row++) {
    table.push({
      word: `w${random.below(spread)}`,
      sure: random.once(2),
      small: random.below(20) - 10,
      near: random.below(spread) - 5,
      far: random.once(2) ? random.below(spread) : 4e9 + random.below(spread),
      price: random.once(9) ? NaN : random.once(9) ? -0 : random.below(spread) / 8,
      big: BigInt(row),
    });
  }
  return table;
}

/** The groups as objects and a Map make them. */
function expected(table: DataTable<typeof COLUMNS>, by: readonly Name[]): unknown[] {
  const groups = new Map<string, Record<string, unknown>[]>();
  for (const row of table.toArray()) {
    const key = by.map((name) => String(row[name])).join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return Array.from(groups.values(), (rows) => {
    const prices = rows.map(({ price }) => price as number).filter((price) => !Number.isNaN(price));
    const total = prices.reduce((sum, price) => sum + price, 0);
    return {
      ...Object.fromEntries(by.map((name) => [name, rows[0]![name]])),
      n: rows.length,
      prices: prices.length,
      total,
      mean: total / prices.length,
      min: Math.min(...rows.map(({ near }) => near as number)),
      max: prices.length === 0 ? NaN : prices.reduce((most, price) => price >= most ? price : most),
    };
  });
}

test("groupBy() makes the groups that a Map of lists makes, by columns of every kind", () => {
  const seed = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
  for (let play = 0; play < 20; play++) {
    const random = new Random(0);
    random.restart(seed, play);
    using heap = new Heap();
    using table = tableOf(heap, random, random.pick([0, 1, 300, 300, 5000]));
    const by: Name[] = play % 3 === 0 ? ["small", "near", "sure"] : KEYS.filter(() => random.once(3));
    if (by.length === 0) by.push(random.pick(KEYS));
    const { liveBlocks } = heap;
    const groups = groupBy(table, by, TOLD, { allocator: heap });
    assert.deepEqual(groups.toArray(), expected(table, by), `SEED=${seed}, play ${play}, by ${by}`);
    groups.dispose();
    assert.equal(heap.liveBlocks, liveBlocks);
  }
});

test("groupBy() goes on with other numbers when keys are no small ones, wherever the first of those is", () => {
  const seed = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
  const random = new Random(seed);
  using heap = new Heap();
  for (
    const [name, far] of [["far", 65_536], ["far", 4e9], ["far", 2 ** 24 + 5], ["near", -1], ["near", -2e9]] as const
  ) {
    for (const first of [0, 1, 4095, 4096, 5000, 12_000, Infinity]) {
      using table = new DataTable(COLUMNS, { allocator: heap });
      const base = { word: "w", sure: true, small: 0, near: 7, far: 7, big: 0n };
      for (let row = 0; row < 12_001; row++) {
        const key = row >= first && (row === first || random.once(2)) ? far + random.below(4) * 1e4 : random.below(300);
        table.push({ ...base, [name]: key, price: random.once(5) ? NaN : random.below(100) });
      }
      using groups = groupBy(table, name, TOLD, { allocator: heap });
      assert.deepEqual(groups.toArray(), expected(table, [name]), `SEED=${seed} ${name} ${far} from ${first} on`);
      using counts = groupBy(table, name, { n: count() }, { allocator: heap });
      assert.deepEqual(counts.rows.column("n"), groups.rows.column("n"));
    }
  }
});

test("groupBy() groups vectors of rows, and types its columns", () => {
  using heap = new Heap();
  const rows = new SoaVector({ key: u32, value: f32 }, { allocator: heap });
  for (let n = 0; n < 10; n++) rows.push({ key: n % 2 === 0 ? 4_000_000_000 : 7, value: n });
  using groups = groupBy(rows, "key", { n: count(), total: sum("value") }, { allocator: heap });
  const n: Uint32Array = groups.rows.column("n");
  const total: Float64Array = groups.rows.column("total");
  assert.deepEqual([groups.rows.column("key"), n, total], [
    Uint32Array.of(4_000_000_000, 7),
    Uint32Array.of(5, 5),
    Float64Array.of(20, 25),
  ]);
});

test("groupBy() refuses what it cannot group, and names it", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  const rows = new SoaVector({ key: u8, big: i64, note: text(4) }, options);
  const group = groupBy as (...given: unknown[]) => unknown;
  assert.throws(() => group(rows, "other", {}, options), /column other/);
  assert.throws(() => group(rows, "big", {}, options), /column big holds integers of 64 bits/);
  assert.throws(() => group(rows, "note", {}, options), /column note holds no numbers/);
  assert.throws(() => group(rows, [], {}, options), TypeError);
  assert.throws(() => group(rows, 7, {}, options), TypeError);
  assert.throws(() => group({}, "key", {}, options), /expected a DataTable or a SoaVector/);
  assert.throws(() => group(rows, "key", { n: "count" }, options), /expected n to be an aggregate/);
  assert.throws(() => group(rows, "key", { key: count() }, options), /two columns would be called key/);
  assert.throws(() => group(rows, "key", { n: sum("note") }, options), /column note holds no numbers/);
  assert.throws(() => group(rows, "key", null, options), TypeError);
  assert.throws(() => group(rows, "key", {}, null), TypeError);
  assert.throws(() => sum(7 as never), /expected its name/);
  assert.equal(heap.liveBlocks, 0);
  rows.dispose();
  assert.throws(() => group(rows, "key", {}, options), ClosedError);
});
