// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types no-console
// Writes files of measurements for examples/request_scopes.ts.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const HEADER = "station,timestamp,temperature,humidity,pressure,wind_speed";
const PLACES = [
  "Harbour",
  "Airport",
  "Old Town",
  "Summit",
  "Lighthouse",
  "Łódź, Main",
  "Åre",
  'Hut "North"',
  "Valley",
  "Dam",
  "São Bento",
  "東京",
  "Ridge",
  "Mill",
  "Pier 7",
  "Observatory",
];

/**
 * A generator of numbers from 0 to 1 that gives the same ones for the same
 * seed (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The text of one file of measurements.
 *
 * @param {() => number} random
 * @param {{ rows: number, stations: number, lineEnd: string }} options
 * @returns {string}
 */
export function measurementsText(random, { rows, stations, lineEnd }) {
  const lines = [HEADER];
  let time = Date.UTC(2024, 0, 1) + Math.floor(random() * 1e10);
  for (let row = 0; row < rows; row++) {
    time += Math.floor(random() * 60) * 1000;
    const station = Math.floor(random() * stations);
    lines.push([
      quoted(`${PLACES[station % PLACES.length]} ${station}`, random),
      timestamp(time, random),
      quantity(random, -20, 40, 1),
      quantity(random, 0, 100, 0),
      quantity(random, 960, 1050, 2),
      quantity(random, 0, 35, 1),
    ].join(","));
  }
  return lines.join(lineEnd) + lineEnd;
}

/** @param {string} text @param {() => number} random */
function quoted(text, random) {
  return /[",\r\n]/.test(text) || random() < 0.02 ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {number} time @param {() => number} random */
function timestamp(time, random) {
  const text = new Date(time).toISOString();
  const chance = random();
  if (chance < 0.01) return text;
  if (chance < 0.02) return `${text.slice(0, 19)}+02:00`;
  return `${text.slice(0, 19)}Z`;
}

/**
 * @param {() => number} random
 * @param {number} low
 * @param {number} high
 * @param {number} decimals
 */
function quantity(random, low, high, decimals) {
  const value = low + random() * (high - low);
  const chance = random();
  if (chance < 0.03) return "";
  if (chance < 0.032) return String(value);
  if (chance < 0.034) return value.toExponential(3);
  return quoted(value.toFixed(decimals), random);
}

/** Sizes of the files: mostly small ones, as in real traffic. */
const KINDS = [
  { name: "small", files: 24, rows: [10, 200], stations: [1, 8] },
  { name: "medium", files: 8, rows: [1_000, 4_000], stations: [8, 40] },
  { name: "large", files: 4, rows: [20_000, 20_000], stations: [50, 200] },
];

/**
 * Writes the files into `directory`, and their list last, so that a list
 * stands for files that are all there.
 *
 * @param {string} directory
 * @param {number} seed
 * @returns {string[]} names of the files
 */
export function generateMeasurements(directory, seed) {
  mkdirSync(directory, { recursive: true });
  const random = seededRandom(seed);
  const names = [];
  for (const { name, files, rows, stations } of KINDS) {
    for (let index = 0; index < files; index++) {
      const file = `${name}_${String(index).padStart(2, "0")}.csv`;
      writeWhole(
        join(directory, file),
        measurementsText(random, {
          rows: between(random, rows),
          stations: between(random, stations),
          lineEnd: index % 2 === 0 ? "\n" : "\r\n",
        }),
      );
      names.push(file);
    }
  }
  writeWhole(
    join(directory, "files.json"),
    `${JSON.stringify({ seed, names }, null, 2)}\n`,
  );
  return names;
}

/** @param {() => number} random @param {number[]} range */
function between(random, [low, high]) {
  return low + Math.floor(random() * (high - low + 1));
}

/** @param {string} path @param {string} text */
function writeWhole(path, text) {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

/**
 * Names of the files in `directory` when those of this seed are all there.
 *
 * @param {string} directory
 * @param {number} seed
 * @returns {string[] | undefined}
 */
export function listMeasurements(directory, seed) {
  let text;
  try {
    text = readFileSync(join(directory, "files.json"), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
  const list = JSON.parse(text);
  return list.seed === seed ? list.names : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [directory = ".data/measurements", seed = "1"] = process.argv.slice(2);
  const names = generateMeasurements(directory, Number(seed));
  console.log(`Wrote ${names.length} files to ${directory} (seed ${seed})`);
}
