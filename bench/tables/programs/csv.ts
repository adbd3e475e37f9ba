/**
 * Reads CSV of `station,time,value` into columns: `csv.ts <arm> <lines> <seconds or dates>`. Prints the median time of five
 * readings, and what the process holds.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, u32 } from "../../../stl/mod.ts";
import { dictionary, readCsv, timestamp } from "../../../tables/mod.ts";
import { chosen, medianOf, print, requireSum, residentBytes } from "../../stl/programs/_process.ts";

const LINES = Number(process.argv[3]);
const DATES = process.argv[4] === "dates";
const STATIONS = 400;
const READINGS = 5;
const START = 1_700_000_000;

const [COMMA, LINE_FEED, MINUS, DOT, ZERO] = [44, 10, 45, 46, 48];

/** What has to come out: sums of the times, values and numbers of stations of all lines. */
interface Sums {
  time: number;
  value: number;
  station: number;
}

function stationOf(line: number): number {
  return Math.imul(line, 0x9e3779b1) >>> 12 & 255;
}

function tenthsOf(line: number): number {
  return line * 7919 % 1000 - 300;
}

function makeText(): { bytes: Uint8Array<ArrayBuffer>; sums: Sums } {
  const lines = ["station,time,value"];
  const sums = { time: 0, value: 0, station: 0 };
  const numbers = new Map<number, number>();
  for (let line = 0; line < LINES; line++) {
    const [station, time, tenths] = [stationOf(line) % STATIONS, START + line, tenthsOf(line)];
    const shown = DATES ? new Date(time * 1000).toISOString().replace(".000", "") : `${time}`;
    lines.push(`station ${station},${shown},${(tenths / 10).toFixed(1)}`);
    if (!numbers.has(station)) numbers.set(station, numbers.size);
    sums.time += time;
    sums.value += tenths / 10;
    sums.station += numbers.get(station)!;
  }
  return { bytes: new TextEncoder().encode(`${lines.join("\n")}\n`), sums };
}

interface Row {
  readonly station: number;
  readonly time: number;
  readonly value: number;
}

function splitIntoObjects(bytes: Uint8Array): Sums {
  const rows: Row[] = [];
  const stations = new Map<string, number>();
  for (const line of new TextDecoder().decode(bytes).split("\n").slice(1)) {
    if (line === "") continue;
    const [name, time, value] = line.split(",") as [string, string, string];
    let station = stations.get(name);
    if (station === undefined) stations.set(name, station = stations.size);
    rows.push({ station, time: DATES ? Date.parse(time) / 1000 : Number(time), value: Number(value) });
  }
  const sums = { time: 0, value: 0, station: 0 };
  for (const row of rows) {
    sums.time += row.time;
    sums.value += row.value;
    sums.station += row.station;
  }
  return sums;
}

/** The number of two digits at a place. */
function two(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 10 + bytes[at + 1]! - 11 * ZERO;
}

/** Seconds of a date like 2024-05-07T09:30:00Z, as a program writes it that knows that all are like that. */
function secondsAt(bytes: Uint8Array, at: number, days: Map<number, number>): number {
  const day = two(bytes, at) * 1e6 + two(bytes, at + 2) * 1e4 + two(bytes, at + 5) * 100 + two(bytes, at + 8);
  let start = days.get(day);
  if (start === undefined) {
    const [year, month] = [Math.floor(day / 1e4), Math.floor(day / 100) % 100];
    days.set(day, start = Date.UTC(year, month - 1, day % 100) / 1000);
  }
  return start + two(bytes, at + 11) * 3600 + two(bytes, at + 14) * 60 + two(bytes, at + 17);
}

function parseByHand(bytes: Uint8Array): Sums {
  const [stations, times, values] = [new Uint32Array(LINES), new Float64Array(LINES), new Float64Array(LINES)];
  const names = new Map<string, number>();
  const days = new Map<number, number>();
  const decoder = new TextDecoder();
  // Texts that came before are found by their bytes, so that few are decoded.
  const known = new Map<number, number>();
  let at = bytes.indexOf(LINE_FEED) + 1;
  for (let line = 0; line < LINES; line++) {
    const start = at;
    let hash = 0;
    while (bytes[at] !== COMMA) hash = Math.imul(hash, 31) + bytes[at++]! | 0;
    let station = known.get(hash);
    if (station === undefined) {
      const name = decoder.decode(bytes.subarray(start, at));
      station = names.get(name) ?? names.size;
      names.set(name, station);
      known.set(hash, station);
    }
    stations[line] = station;
    at++;
    if (DATES) {
      times[line] = secondsAt(bytes, at, days);
      at += 20;
    } else {
      let time = 0;
      while (bytes[at] !== COMMA) time = time * 10 + bytes[at++]! - ZERO;
      times[line] = time;
    }
    at++;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let digits = 0;
    let scale = 1;
    for (let seen = false; bytes[at] !== LINE_FEED; at++) {
      if (bytes[at] === DOT) seen = true;
      else {
        digits = digits * 10 + bytes[at]! - ZERO;
        if (seen) scale *= 10;
      }
    }
    values[line] = negative ? -digits / scale : digits / scale;
    at++;
  }
  return sumsOf(stations, times, values);
}

function sumsOf(stations: ArrayLike<number>, times: ArrayLike<number>, values: ArrayLike<number>): Sums {
  const sums = { time: 0, value: 0, station: 0 };
  for (let line = 0; line < times.length; line++) {
    sums.time += times[line]!;
    sums.value += values[line]!;
    sums.station += stations[line]!;
  }
  return sums;
}

async function readIntoTable(bytes: Uint8Array): Promise<Sums> {
  using heap = new Heap({ name: "bench" });
  const columns = { station: dictionary(u32), time: DATES ? timestamp : f64, value: f64 };
  const table = await readCsv(bytes, columns, { allocator: heap });
  const [stations, times, values] = ["station", "time", "value"].map((name) =>
    table.rows.column(name as "value") as unknown as ArrayLike<number>
  );
  return sumsOf(stations!, times!, values!);
}

const read = chosen<(bytes: Uint8Array) => Sums | Promise<Sums>>({
  "split into objects": splitIntoObjects,
  "parser by hand": parseByHand,
  readCsv: readIntoTable,
});
const { bytes, sums } = makeText();
// Timestamps are milliseconds.
const scale = DATES && process.argv[2] === "readCsv" ? 1000 : 1;
const times: number[] = [];
for (let reading = 0; reading < READINGS; reading++) {
  const begin = performance.now();
  const found = await read(bytes);
  times.push(performance.now() - begin);
  requireSum("times", found.time, sums.time * scale);
  requireSum("values", found.value, sums.value);
  requireSum("stations", found.station, sums.station);
}
print({ time: medianOf(times), resident: residentBytes() / 2 ** 20 });
