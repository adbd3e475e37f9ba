import assert from "node:assert/strict";
import { test } from "node:test";
import { CsvError } from "../../examples/request_scopes/csv_error.ts";
import { MAXIMUM_ROWS } from "../../examples/request_scopes/measurements.ts";
import { measurementsText } from "../../scripts/generate_measurements.mjs";
import { referenceSummary } from "../../scripts/start/jobs/reference_summary.mjs";
import { summaryOf } from "./_ordinary_memory.ts";
import { below, seeded } from "./_seed.ts";

const HEADER = "station,timestamp,temperature,humidity,pressure,wind_speed";
const ROW = "A,2024-05-31T09:30:00Z,1,2,3,4";

/** What comes of a file: an answer, or the place of the fault. */
function outcome(read: () => string): string {
  try {
    return read();
  } catch (error) {
    const { line, column } = error as CsvError;
    if (line === undefined) throw error;
    return `fault at ${line}:${column}`;
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text.endsWith("\n") ? text : `${text}\n`);
}

function randomText(random: () => number, rows: number): string {
  return measurementsText(random, {
    rows,
    stations: 1 + below(random, 100),
    lineEnd: random() < 0.5 ? "\n" : "\r\n",
  });
}

test("parseMeasurements() reads random files as the reference does", () => {
  const { random, message } = seeded();
  for (let file = 0; file < 60; file++) {
    let text = randomText(random, 1 + below(random, 300));
    if (file % 5 === 0) text = text.trimEnd();
    const bytes = bytesOf(file % 7 === 0 ? `\ufeff${text}` : text);
    assert.equal(summaryOf(bytes), referenceSummary(text), message);
  }
});

test("parseMeasurements() finds the faults of mutated files where the reference does", () => {
  const { random, message } = seeded();
  const pieces = [
    ",",
    '"',
    '""',
    "\n",
    "\r",
    "\r\n",
    "x",
    "é",
    "-",
    ".",
    "e5",
    "1",
    ",,",
    " ",
    "9007199254740993",
    "1e400",
    "Z",
    "T24",
    '"a\nb"',
    "\n\r\n",
    "",
  ];
  const counts = { good: 0, bad: 0 };
  for (let file = 0; file < 4000; file++) {
    const text = randomText(random, 1 + below(random, 4));
    const from = below(random, 8) === 0 ? text.length : below(random, text.length);
    const mutated = text.slice(0, from) + pieces[below(random, pieces.length)] +
      text.slice(from + below(random, 3));
    if (!mutated.isWellFormed()) continue;
    const expected = outcome(() => referenceSummary(mutated));
    const found = outcome(() => summaryOf(bytesOf(mutated)));
    assert.equal(found, expected, `${JSON.stringify(mutated)}: ${message}`);
    counts[expected.startsWith("fault") ? "bad" : "good"]++;
  }
  assert.ok(counts.good > 300 && counts.bad > 300, JSON.stringify(counts));
});

test("parseMeasurements() passes over empty lines behind the last row, and over no others", () => {
  const text = `${HEADER}\n${ROW}\n`;
  const expected = referenceSummary(text);
  for (const end of ["\n", "\r\n", "\n\n", "\r\n\r\n", "\n\r\n\n"]) {
    for (const whole of [`${text}${end}`, `\ufeff${text.replaceAll("\n", "\r\n")}${end}`]) {
      assert.equal(summaryOf(bytesOf(whole)), expected, JSON.stringify(whole));
    }
    assert.equal(outcome(() => summaryOf(bytesOf(`${HEADER}\n${end}`))), "fault at 2:1");
    assert.equal(outcome(() => summaryOf(bytesOf(end))), "fault at 1:1");
    assert.equal(outcome(() => summaryOf(bytesOf(`${text}${end} \n`))).startsWith("fault"), true);
  }
  const most = `${HEADER}\n${`${ROW}\n`.repeat(MAXIMUM_ROWS)}`;
  assert.equal(summaryOf(bytesOf(`${most}\r\n`)), summaryOf(bytesOf(most)));
});

test("parseMeasurements() keeps 20,000 stations apart", () => {
  const rows = Array.from(
    { length: MAXIMUM_ROWS },
    (_, row) => `S${row},2024-01-01T00:00:00Z,${row},,,`,
  );
  const text = `${HEADER}\n${rows.join("\n")}\n`;
  assert.equal(summaryOf(bytesOf(text)), referenceSummary(text));
});

test("parseMeasurements() makes its columns longer when rows get shorter", () => {
  const row = (station: string, value: number): string => `${station},2024-01-01T00:00:00Z,${value},,,\n`;
  const long = Array.from({ length: 10 }, (_, at) => row("L".repeat(150), at));
  const short = Array.from({ length: 9_990 }, (_, at) => row("S", at));
  const text = `${HEADER}\n${long.join("")}${short.join("")}`;
  assert.equal(summaryOf(bytesOf(text)), referenceSummary(text));
});

const FAULTS: [
  name: string,
  text: string,
  line: number,
  column: number,
  message: RegExp,
][] = [
  ["an empty file", "", 1, 1, /find the header.*"station", found ""/],
  ["no header", ROW, 1, 1, /find the header.*found "A"/],
  [
    "a header with another name",
    HEADER.replace("humidity", "wetness"),
    1,
    31,
    /column 4 has to be "humidity"/,
  ],
  ["a short header", "station,timestamp", 1, 18, /find cell 3 of 6/],
  ["a long header", `${HEADER},more`, 1, 59, /more than 6 cells/],
  ["no rows", HEADER, 2, 1, /without rows/],
  [
    "a cell too few",
    `${HEADER}\n${ROW}\nB,2024-05-31T09:30:00Z,1,2,3`,
    3,
    29,
    /find cell 6 of 6/,
  ],
  ["a cell too many", `${HEADER}\n${ROW},5`, 2, 31, /more than 6 cells/],
  ["an empty line", `${HEADER}\n${ROW}\n\n${ROW}`, 3, 1, /find cell 2 of 6/],
  [
    "a bad number",
    `${HEADER}\r\n${ROW}\r\nB,2024-05-31T09:30:00Z,1,2x,3,4`,
    3,
    26,
    /"2x" as a number for humidity/,
  ],
  [
    "a number in hexadecimal",
    `${HEADER}\nB,2024-05-31T09:30:00Z,1,2,0x10,4`,
    2,
    28,
    /"0x10" as a number/,
  ],
  [
    "an infinite number",
    `${HEADER}\nB,2024-05-31T09:30:00Z,1,2,3,1e999`,
    2,
    30,
    /"1e999" as a number for wind_speed/,
  ],
  [
    "a number with a space",
    `${HEADER}\nB,2024-05-31T09:30:00Z, 1,2,3,4`,
    2,
    24,
    /" 1" as a number/,
  ],
  [
    "a lone sign",
    `${HEADER}\nB,2024-05-31T09:30:00Z,-,2,3,4`,
    2,
    24,
    /"-" as a number/,
  ],
  [
    "a bad quoted number",
    `${HEADER}\nB,2024-05-31T09:30:00Z,1,"2 ""x""",3,4`,
    2,
    26,
    /as a number for humidity/,
  ],
  [
    "no station",
    `${HEADER}\n,2024-05-31T09:30:00Z,1,2,3,4`,
    2,
    1,
    /without a station/,
  ],
  [
    "an empty quoted station",
    `${HEADER}\n"",2024-05-31T09:30:00Z,1,2,3,4`,
    2,
    1,
    /without a station/,
  ],
  [
    "a date that is not ISO",
    `${HEADER}\nB,31.05.2024 09:30,1,2,3,4`,
    2,
    3,
    /"31.05.2024 09:30" as a timestamp/,
  ],
  [
    "a day that does not exist",
    `${HEADER}\nB,2023-02-29T00:00:00Z,1,2,3,4`,
    2,
    3,
    /as a timestamp/,
  ],
  ["no timestamp", `${HEADER}\nB,,1,2,3,4`, 2, 3, /"" as a timestamp/],
  [
    "an open quote",
    `${HEADER}\n${ROW}\n"B,2024-05-31T09:30:00Z,1,2,3,4\n${ROW}`,
    3,
    1,
    /end of the quoted cell/,
  ],
  [
    "text behind a quote",
    `${HEADER}\n"B"b,2024-05-31T09:30:00Z,1,2,3,4`,
    2,
    4,
    /behind the closing quote/,
  ],
  [
    "a quote inside a cell",
    `${HEADER}\nB"b,2024-05-31T09:30:00Z,1,2,3,4`,
    2,
    2,
    /quote inside a cell/,
  ],
  [
    "a lone carriage return",
    `${HEADER}\nB\r,2024-05-31T09:30:00Z,1,2,3,4`,
    2,
    2,
    /carriage return/,
  ],
  [
    "a fault behind characters of several bytes",
    `${HEADER}\n"東京 ""é""\n2",2024-05-31T09:30:00Z,x,2,3,4`,
    3,
    25,
    /"x" as a number/,
  ],
  [
    "a row too many",
    `${HEADER}\n${`${ROW}\n`.repeat(MAXIMUM_ROWS + 1)}`,
    MAXIMUM_ROWS + 2,
    1,
    /more than 20000 rows/,
  ],
];

for (const [name, text, line, column, message] of FAULTS) {
  test(`parseMeasurements() refuses ${name} at ${line}:${column}`, () => {
    assert.throws(() => summaryOf(bytesOf(text)), (error) => {
      assert.ok(error instanceof CsvError);
      assert.match(error.message, message);
      assert.deepEqual([error.line, error.column], [line, column]);
      return true;
    });
    if (text !== "") {
      assert.equal(
        outcome(() => referenceSummary(text)),
        `fault at ${line}:${column}`,
      );
    }
  });
}

test("parseMeasurements() refuses a station that is not UTF-8", () => {
  const bytes = bytesOf(`${HEADER}\n${ROW}\nB?,2024-05-31T09:30:00Z,1,2,3,4\n`);
  bytes[bytes.indexOf(0x3f)] = 0xff;
  assert.throws(() => summaryOf(bytes), (error) => {
    assert.ok(error instanceof CsvError);
    assert.match(error.message, /not UTF-8/);
    assert.ok(error.cause instanceof TypeError);
    assert.deepEqual([error.line, error.column], [3, 1]);
    return true;
  });
});
