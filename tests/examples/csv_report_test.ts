import * as arrow from "apache-arrow";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Temporary } from "../ffi/_temporary.ts";
import { RunningExample } from "./_run_example.ts";

interface Measurement {
  readonly station: string;
  readonly time: number;
  readonly temperature: number;
}

/** The rows of a file that the example has made, as a program without a library reads them. */
function rowsOf(file: string): Measurement[] {
  const [header, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  assert.equal(header, "station,humidity,time,temperature");
  return lines.map((line) => {
    const [, quoted, plain, time, temperature] = /^(?:"((?:[^"]|"")*)"|([^,]*)),\d+,([^,]+),([^,]*)$/.exec(line)!;
    return {
      station: quoted?.replaceAll('""', '"') ?? plain!,
      time: Date.parse(time!),
      temperature: temperature === "" ? NaN : Math.fround(Number(temperature)),
    };
  });
}

function lineOf(station: string, rows: readonly Measurement[]): string {
  const temperatures = rows.map(({ temperature }) => temperature).filter((temperature) => !Number.isNaN(temperature));
  const mean = temperatures.reduce((sum, temperature) => sum + temperature, 0) / temperatures.length;
  const [first, last] = [rows[0]!, rows.at(-1)!].map(({ time }) => new Date(time).toISOString().slice(0, 10));
  const figures = [Math.min(...temperatures), mean, Math.max(...temperatures)].map((figure) => figure.toFixed(2));
  return `${station}: ${rows.length} rows from ${first} to ${last}, ${figures.join(" / ")} °C`;
}

test("examples/csv_report.ts reports what a Map of arrays does, and writes its rows for Arrow", async () => {
  using directory = new Temporary();
  const [file, arrowFile] = ["rows.csv", "rows.arrow"].map((name) => join(directory.path, name));
  const example = new RunningExample("csv_report", [
    `--file=${file}`,
    "--rows=20000",
    "--seed=3",
    `--arrow=${arrowFile}`,
  ]);
  assert.equal(await example.ended(), 0, example.output);
  const rows = rowsOf(file!);
  const byStation = Map.groupBy(rows, ({ station }) => station);
  const lines = [...byStation].sort(([a], [b]) => a < b ? -1 : 1).map(([station, own]) => lineOf(station, own));
  const [first, ...others] = example.output.trimEnd().split("\n");
  assert.match(first!, /^20000 rows read in \d+ ms, grouped in \d+ ms; \d\.\d MiB outside of the JavaScript heap$/);
  const bytes = readFileSync(arrowFile!);
  assert.deepEqual(others, [...lines, `${bytes.length} bytes of Arrow in ${arrowFile}`]);
  assert.ok(lines.length === 8 && lines.some((line) => line.startsWith('Hut "North": ')), lines.join("\n"));
  const table = arrow.tableFromIPC(bytes);
  assert.deepEqual(
    table.toArray().map((row) => row!.toJSON()),
    rows.map(({ station, time, temperature }) => ({ station, time, temperature })),
  );
});

test("examples/csv_report.ts says where a file is wrong", async () => {
  using directory = new Temporary();
  const file = directory.write("wrong.csv", "time,station,temperature\n2024-05-31,Åre,1\n2024-05-31,Åre,warm\n");
  const example = new RunningExample("csv_report", [`--file=${file}`]);
  assert.equal(await example.ended(), 1, example.output);
  assert.match(example.output, /^\S+wrong\.csv:3:16: .*temperature.*\n$/);
});
