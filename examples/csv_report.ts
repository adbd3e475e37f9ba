// A report of a CSV file that may be larger than the JavaScript heap: it is read as a stream into columns outside of
// that, grouped, and written as a file of Apache Arrow for other engines.
//
//   deno run -A examples/csv_report.ts
//   bun examples/csv_report.ts
//
// `--help` shows the options.
import { createReadStream, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Heap } from "../mod.ts";
import { CsvError, readCsv } from "../tables/mod.ts";
import { generateMeasurements } from "./csv_report/generate_measurements.ts";
import { COLUMNS } from "./csv_report/measurements.ts";
import { groupStations, stationLines } from "./csv_report/stations.ts";
import { writeArrow } from "./csv_report/write_arrow.ts";

const HELP = `Sums up a CSV file of measurements: station,time,temperature.

  deno run -A examples/csv_report.ts [options]
  bun examples/csv_report.ts [options]

  --file=…        the measurements; they are made when the file does not exist
  --rows=500000   rows of a file that is made
  --seed=1        which file is made
  --arrow=…       a file to write the rows to, for DuckDB, pandas, Polars and
                  others; it takes the npm package apache-arrow
  --help          this text

A station without a temperature counts as a row, and in nothing else. What is wrong in a file is told with line and column.
`;

const MIB = 2 ** 20;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function report(heap: Heap, file: string, arrowFile: string | undefined): Promise<void> {
  const begin = performance.now();
  using measurements = await readCsv(createReadStream(file), COLUMNS, { allocator: heap });
  const read = performance.now();
  using stations = groupStations(measurements, heap);
  const grouped = performance.now();
  const { rows } = measurements;
  print(
    `${rows.length} rows read in ${(read - begin).toFixed(0)} ms, grouped in ${(grouped - read).toFixed(0)} ms; ` +
      `${(heap.liveBytes / MIB).toFixed(1)} MiB outside of the JavaScript heap`,
  );
  for (const line of stationLines(stations)) print(line);
  if (arrowFile === undefined) return;
  print(`${await writeArrow(measurements, arrowFile)} bytes of Arrow in ${arrowFile}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      file: { type: "string" },
      rows: { type: "string", default: "500000" },
      seed: { type: "string", default: "1" },
      arrow: { type: "string" },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const file = values.file ?? join(tmpdir(), `csv_report_${values.rows}_${values.seed}.csv`);
  if (!existsSync(file)) generateMeasurements(file, Number(values.rows), Number(values.seed));
  using heap = new Heap({ name: "report" });
  try {
    await report(heap, file, values.arrow);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    process.stderr.write(`${file}:${error.line}:${error.column}: ${error.message}\n`);
    process.exitCode = 1;
  }
}

await main();
