import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, ClosedError, Heap, InputTooLongError, ScopePool } from "../../../mod.ts";
import {
  asNumber,
  bool,
  enumeration,
  f16,
  f32,
  f64,
  i64,
  i8,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
} from "../../../stl/mod.ts";
import {
  CsvError,
  type CsvOptions,
  type CsvProgress,
  dictionary,
  emptyAs,
  readCsv,
  type SourceColumns,
  timestamp,
} from "../../../tables/mod.ts";
import { Random } from "../../fuzz/_random.ts";
import { piecesOf } from "./_pieces.ts";

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(file);
}

interface Fault extends Pick<CsvError, "line" | "column" | "field"> {
  readonly message: RegExp;
}

/** Expects that a file is refused, with nothing left of it. */
async function refused(
  file: string | Uint8Array,
  columns: SourceColumns,
  fault: Fault,
  options: Partial<CsvOptions> = {},
): Promise<void> {
  using heap = new Heap();
  const source = typeof file === "string" ? bytesOf(file) : file;
  await assert.rejects(readCsv(source, columns, { ...options, allocator: heap }), (error: unknown) => {
    assert.ok(error instanceof CsvError, String(error));
    assert.match(error.message, fault.message);
    const { line, column, field } = error;
    assert.deepEqual({ line, column, field }, { line: fault.line, column: fault.column, field: fault.field });
    return true;
  });
  assert.equal(heap.liveBlocks, 0);
}

test("readCsv() reads every kind of column by its name, in any order, and passes over others", async () => {
  using heap = new Heap();
  const file = bytesOf(
    "big,state,ok,note,half,id,unknown,when,safe,tiny\n" +
      '18446744073709551615,running,TRUE,"a ""b""",1.5,-9223372036854775808,x,2024-05-31T09:30:00.25+02:00,9007199254740991,-128\n' +
      '0,idle,0,añejo,-65504,42,"y,z",1970-01-01,0,127\r\n',
  );
  const columns = {
    tiny: i8,
    when: timestamp,
    id: i64,
    big: u64,
    safe: asNumber(u64),
    half: f16,
    note: text(8),
    ok: bool,
    state: enumeration({ idle: 0, running: 7 }, u8),
  };
  using table = await readCsv(file, columns, { allocator: heap });
  assert.deepEqual(table.toArray(), [
    {
      tiny: -128,
      when: Date.UTC(2024, 4, 31, 7, 30, 0, 250),
      id: -(2n ** 63n),
      big: 2n ** 64n - 1n,
      safe: Number.MAX_SAFE_INTEGER,
      half: 1.5,
      note: 'a "b"',
      ok: true,
      state: "running",
    },
    { tiny: 127, when: 0, id: 42n, big: 0n, safe: 0, half: -65504, note: "añejo", ok: false, state: "idle" },
  ]);
});

test("readCsv() takes bytes, buffers, streams, iterables, requests, responses and null", async () => {
  using heap = new Heap();
  const file = 'word,n\n"日本",1\nb,2\n日本,3\n';
  const columns = { word: dictionary(u8), n: u32 };
  const bytes = bytesOf(file);
  const sources = [
    bytes,
    bytes.buffer,
    new Response(file),
    new Request("http://localhost/", { method: "POST", body: file }),
    new Response(file).body,
    new Blob([file]).stream(),
    piecesOf(bytes, new Random(1), 1),
  ];
  for (const source of sources) {
    using table = await readCsv(source, columns, { allocator: heap });
    assert.deepEqual(table.rows.column("n"), Uint32Array.of(1, 2, 3));
    assert.deepEqual(table.rows.column("word"), Uint8Array.of(0, 1, 0));
    assert.deepEqual(table.dictionaries.word.toArray(), ["日本", "b"]);
  }
  using none = await readCsv(null, columns, { allocator: heap, header: false });
  assert.equal(none.length, 0);
});

test("readCsv() numbers texts of columns with the same dictionary alike, and of others apart", async () => {
  using heap = new Heap();
  const [place, other] = [dictionary(u16), dictionary(u16)];
  using table = await readCsv(bytesOf("a,b,c\nx,y,y\ny,x,x\n"), { a: place, b: place, c: other }, { allocator: heap });
  assert.deepEqual([...table.rows.column("b")], [1, 0]);
  assert.deepEqual([...table.rows.column("c")], [0, 1]);
  assert.equal(table.dictionaries.a, table.dictionaries.b);
});

test("readCsv() reads files without a header by position, and with other separators", async () => {
  using heap = new Heap();
  const options = { allocator: heap, header: false, separator: "\t" };
  using table = await readCsv(bytesOf("1\ta,b\n2\t\n"), { n: u8, word: dictionary(u8) }, options);
  assert.deepEqual(table.toArray(), [{ n: 1, word: "a,b" }, { n: 2, word: "" }]);
});

test("readCsv() takes empty fields for NaN, the empty text or what emptyAs() says", async () => {
  using heap = new Heap();
  const columns = {
    price: f32,
    word: dictionary(u8),
    amount: emptyAs(u16, 7),
    other: emptyAs(dictionary(u8), "none"),
    sure: emptyAs(bool, true),
    id: emptyAs(u64, 5n),
  };
  using table = await readCsv(bytesOf('price,word,amount,other,sure,id\n,,,,,\n"","","","","",""\n'), columns, {
    allocator: heap,
  });
  const row = { price: NaN, word: "", amount: 7, other: "none", sure: true, id: 5n };
  assert.deepEqual(table.toArray(), [row, row]);
});

test("readCsv() reads numbers to the last bit, and those with blanks, exponents and signs", async () => {
  using heap = new Heap();
  const numbers = [
    "0.1",
    "-0",
    "5.",
    ".5",
    "+3",
    " 7 ",
    "1e-7",
    "123456789012345678901234567890",
    "4.35",
    "9007199254740993",
    "2.2250738585072014e-308",
    "Infinity",
    "-inf",
    "nan",
  ];
  using table = await readCsv(bytesOf(`n\n${numbers.join("\n")}\n`), { n: f64 }, { allocator: heap });
  const values = numbers.map((number) => Number(number.replace("inf", "Infinity")));
  assert.deepEqual([...table.rows.column("n")], values);
  using whole = await readCsv(bytesOf("n\n1e3\n12.0\n-0\n"), { n: u16 }, { allocator: heap });
  assert.deepEqual([...whole.rows.column("n")], [1000, 12, 0]);
});

test("readCsv() tells line, column and name of what is wrong", async () => {
  const columns = { word: dictionary(u8), n: u8 };
  await refused("word,n\na,1\nb,256\n", columns, {
    line: 3,
    column: 3,
    field: "n",
    message: /"256" is not an integer from 0 to 255/,
  });
  await refused("word,n\né,-1\n", columns, { line: 2, column: 3, field: "n", message: /"-1"/ });
  await refused("word,n\na,1.5\n", columns, { line: 2, column: 3, field: "n", message: /"1.5"/ });
  for (const n of [".", "-", "-.", "1-", "1e", "0x1", "1 2", "NaN", "٣"]) {
    await refused(`n\n${n}\n`, { n: u8 }, { line: 2, column: 1, field: "n", message: /is not an integer/ });
  }
  await refused("word,n\na,\n", columns, { line: 2, column: 3, field: "n", message: /it is empty/ });
  await refused('word,n\n"a\nb",x\n', columns, { line: 3, column: 4, field: "n", message: /"x"/ });
  await refused("word,n\na\n", columns, {
    line: 2,
    column: 2,
    field: undefined,
    message: /has 1 fields, and there are 2/,
  });
  await refused("word,n\na,1,2\n", columns, { line: 2, column: 4, field: undefined, message: /more fields/ });
  await refused('word,n\na"b,1\n', columns, { line: 2, column: 2, field: "word", message: /a quote stands inside/ });
  await refused('word,n\n"a"b,1\n', columns, { line: 2, column: 4, field: "word", message: /behind the quotes/ });
  await refused('word,n\n\n"a,1\n', columns, { line: 3, column: 1, field: "word", message: /quotes do not end/ });
  await refused("word,n\na\rb,1\n", columns, { line: 2, column: 2, field: "word", message: /carriage return/ });
  await refused("n\n3e39\n", { n: f32 }, { line: 2, column: 1, field: "n", message: /a number that f32 holds/ });
  await refused("n\n65520\n", { n: f16 }, { line: 2, column: 1, field: "n", message: /f16/ });
  await refused("n\n-1\n", { n: u64 }, { line: 2, column: 1, field: "n", message: /range of u64/ });
  await refused("n\n9007199254740992\n", { n: asNumber(u64) }, { line: 2, column: 1, field: "n", message: /2\^53/ });
  await refused("n\nyes\n", { n: bool }, { line: 2, column: 1, field: "n", message: /expected true, false/ });
  await refused("n\nc\n", { n: enumeration({ a: 0, b: 1 }) }, {
    line: 2,
    column: 1,
    field: "n",
    message: /one of a, b/,
  });
  await refused("n\n2024-02-30\n", { n: timestamp }, { line: 2, column: 1, field: "n", message: /no moment/ });
  await refused("n\nabcd\n", { n: text(3) }, { line: 2, column: 1, field: "n", message: /3 fit/ });
});

test("readCsv() refuses a header that lacks a column, has it twice, or is not there", async () => {
  const columns = { word: dictionary(u8), n: u8 };
  await refused("Word,n\na,1\n", columns, {
    line: 1,
    column: 1,
    field: undefined,
    message: /no column "word" among "Word", "n"/,
  });
  await refused("word,n,n\na,1,1\n", columns, {
    line: 1,
    column: 8,
    field: undefined,
    message: /two columns are called "n"/,
  });
  await refused("\n\n", columns, { line: 3, column: 1, field: undefined, message: /no header/ });
  await refused("", columns, { line: 1, column: 1, field: undefined, message: /no header/ });
});

test("readCsv() refuses texts that are not UTF-8, wherever they are", async () => {
  const file = Uint8Array.of(...bytesOf("word\na\n"), 0xc3, 0x28, 10);
  for (const word of [dictionary(u8), text(4)]) {
    await refused(file, { word }, { line: 3, column: 1, field: "word", message: /not UTF-8/ });
  }
});

test("readCsv() refuses a text more than a dictionary can tell apart", async () => {
  const words = Array.from({ length: 257 }, (_, index) => `w${index}`);
  await refused(`word\n${words.join("\n")}\n`, { word: dictionary(u8) }, {
    line: 258,
    column: 1,
    field: "word",
    message: /text 257/,
  });
});

test("readCsv() refuses a row that is longer than its limit, such as one with a quote that does not end", async () => {
  const file = `word\n"${"x,\n".repeat(100_000)}`;
  await refused(file, { word: dictionary(u8) }, {
    line: 2,
    column: 1,
    field: undefined,
    message: /a row of more than 4096 bytes/,
  }, { rowLimit: 4096 });
});

test("readCsv() refuses more bytes than its limit", async () => {
  using heap = new Heap();
  const file = bytesOf("n\n1\n2\n");
  const options = { allocator: heap, limit: 5 };
  for (const source of [file, new Response(file), piecesOf(file, new Random(1), 2)]) {
    await assert.rejects(readCsv(source, { n: u8 }, options), InputTooLongError);
  }
  assert.equal(heap.liveBlocks, 0);
});

test("readCsv() tells how far it is, and ends with what that throws", async () => {
  using heap = new Heap();
  const file = bytesOf(`n\n${"12345\n".repeat(100_000)}`);
  const told: CsvProgress[] = [];
  using table = await readCsv(file, { n: u16 }, { allocator: heap, onProgress: (progress) => told.push(progress) });
  assert.deepEqual(told.at(-1), { bytes: file.length, rows: 100_000 });
  assert.ok(told.length >= 4 && told.length < 10, `${told.length} times`);
  assert.equal(table.length, 100_000);
  const { liveBlocks } = heap;
  const stop = (): never => {
    throw new RangeError("enough");
  };
  await assert.rejects(readCsv(file, { n: u16 }, { allocator: heap, onProgress: stop }), /enough/);
  assert.equal(heap.liveBlocks, liveBlocks);
});

test("readCsv() leaves nothing when memory runs out or its heap or scope ends meanwhile", async () => {
  const file = bytesOf(`n,word\n${Array.from({ length: 50_000 }, (_, index) => `${index},w${index}\n`).join("")}`);
  const columns = { n: u32, word: dictionary(u32) };
  using small = new Heap({ limit: 200_000 });
  await assert.rejects(readCsv(file, columns, { allocator: small }), AllocationError);
  assert.equal(small.liveBlocks, 0);
  const heap = new Heap();
  await assert.rejects(readCsv(file, columns, { allocator: heap, onProgress: () => heap.destroy() }), ClosedError);
  using pool = new ScopePool();
  const scope = pool.open();
  await assert.rejects(
    readCsv(file, columns, { allocator: scope, onProgress: () => scope[Symbol.dispose]() }),
    ClosedError,
  );
  assert.equal(pool.liveBytes, 0);
});

test("readCsv() gives a stream up that it does not read to its end", async () => {
  using heap = new Heap();
  let ended = false;
  async function* endless(): AsyncIterable<Uint8Array> {
    try {
      for (;;) {
        await Promise.resolve();
        yield bytesOf("n\nx\n".repeat(100));
      }
    } finally {
      ended = true;
    }
  }
  await assert.rejects(readCsv(endless(), { n: u8 }, { allocator: heap }), CsvError);
  assert.ok(ended);
  const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("line cut")) });
  await assert.rejects(readCsv(failing, { n: u8 }, { allocator: heap }), /line cut/);
  assert.equal(heap.liveBlocks, 0);
});

test("readCsv() refuses arguments that it cannot use, and names them", async () => {
  using heap = new Heap();
  const file = bytesOf("n\n1\n");
  const options = { allocator: heap };
  const wrong = (source: unknown, columns: unknown, options: unknown): Promise<unknown> =>
    readCsv(source as Uint8Array, columns as { n: typeof u8 }, options as CsvOptions);
  await assert.rejects(wrong("n\n1\n", { n: u8 }, options), /expected bytes or a stream/);
  await assert.rejects(wrong(7, { n: u8 }, options), TypeError);
  await assert.rejects(wrong(file, { n: u8 }, undefined), TypeError);
  await assert.rejects(wrong(file, { n: u8 }, {}), /allocator/);
  await assert.rejects(wrong(file, {}, options), /it has no columns/);
  await assert.rejects(wrong(file, { n: 3 }, options), /column n: expected an element/);
  await assert.rejects(wrong(file, { n: struct({ x: u8 }) }, options), /column n of/);
  await assert.rejects(wrong(file, { n: u8 }, { ...options, delimiter: ";" }), /option delimiter/);
  for (const separator of ["", "ab", '"', "\n", "é", "1", 5]) {
    await assert.rejects(wrong(file, { n: u8 }, { ...options, separator }), /separator/);
  }
  for (const other of [{ header: 1 }, { limit: 0 }, { rowLimit: -1 }, { onProgress: 3 }]) {
    await assert.rejects(wrong(file, { n: u8 }, { ...options, ...other }), /Cannot/);
  }
  assert.throws(() => dictionary(f32 as never), /expected u8, u16 or u32/);
  assert.throws(() => emptyAs(3 as never, 3 as never), /expected an element/);
  assert.equal(heap.liveBlocks, 0);
});

test("a moment is read the same whatever the one before it was, and what is none is refused", async () => {
  using heap = new Heap();
  const moments = ["2024-02-29T23:59:59Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "1970-01-01T00:00:00Z"];
  const file = new TextEncoder().encode(`at,n\n${moments.map((moment, n) => `${moment},${n}`).join("\r\n")}\n`);
  for (const pieces of [[file], Array.from(file, (byte) => Uint8Array.of(byte))]) {
    const stream = ReadableStream.from(pieces) as ReadableStream<Uint8Array>;
    using table = await readCsv(pieces.length === 1 ? file : stream, { at: timestamp, n: u32 }, { allocator: heap });
    assert.deepEqual([...table.rows.column("at")], moments.map((moment) => Date.parse(moment)));
  }
  for (
    const moment of [
      "2023-02-29T00:00:00Z",
      "2024-13-01T00:00:00Z",
      "2024-00-01T00:00:00Z",
      "2024-01-32T00:00:00Z",
      "2024-01-01T24:00:00Z",
      "2024-01-01T00:60:00Z",
      "2024-01-01T00:00:60Z",
      "2024-01-01T00:00:0aZ",
      "2O24-01-01T00:00:00Z",
      "2024-01-01T00:00:00z",
    ]
  ) {
    const wrong = new TextEncoder().encode(`at,n\n2024-01-01T00:00:00Z,1\n${moment},2\n`);
    await assert.rejects(readCsv(wrong, { at: timestamp, n: u32 }, { allocator: heap }), {
      name: "CsvError",
      line: 3,
      column: 1,
    });
  }
  assert.equal(heap.liveBlocks, 0);
});
