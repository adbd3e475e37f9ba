// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The summary that examples/request_scopes.ts has to answer, computed in the
// most ordinary way: an object for each row, a string for each cell.
import { Buffer } from "node:buffer";

const QUANTITIES = ["temperature", "humidity", "pressure", "wind_speed"];
const HEADER = ["station", "timestamp", ...QUANTITIES];
const MAXIMUM_ROWS = 20_000;

/**
 * @param {string} message
 * @param {{ line: number, column: number }} place
 */
function failure(message, { line, column }) {
  return Object.assign(new Error(message), { line, column });
}

/** Splits text into characters with their places. */
function* characters(text) {
  let line = 1;
  let column = 1;
  for (const character of text) {
    yield { character, line, column };
    if (character === "\n") {
      line++;
      column = 1;
    } else {
      column++;
    }
  }
}

/**
 * Reads the cell that starts at `index`.
 *
 * @returns {{ text: string, end: number }}
 */
function readCell(all, index) {
  let text = "";
  const at = (place) => all[place]?.character;
  const ends = (place) =>
    at(place) === "," || at(place) === "\n" ||
    at(place) === "\r" && at(place + 1) === "\n";
  if (at(index) !== '"') {
    for (; !ends(index); index++) {
      if (at(index) === '"' || at(index) === "\r") {
        throw failure("stray quote or carriage return", all[index]);
      }
      text += at(index);
    }
    return { text, end: index };
  }
  const open = all[index++];
  for (; index < all.length; index++) {
    if (at(index) === '"') {
      if (at(index + 1) !== '"') break;
      index++;
    }
    text += at(index);
  }
  if (index >= all.length) throw failure("quoted cell without end", open);
  if (!ends(index + 1)) throw failure("text behind quote", all[index + 1]);
  return { text, end: index + 1 };
}

/** Reads the row that starts at `index`; `check` sees each cell in its turn. */
function readRow(all, index, check) {
  for (let cell = 0; cell < HEADER.length; cell++) {
    const { text, end } = readCell(all, index);
    const last = cell === HEADER.length - 1;
    const header = check.header === true;
    if (header) check(text, cell, all[index]);
    if (last !== (all[end].character !== ",")) {
      throw failure("wrong number of cells", all[end]);
    }
    if (!header) check(text, cell, all[index]);
    index = end + (all[end].character === "\r" ? 2 : 1);
  }
  return index;
}

function checkHeader(text, cell, place) {
  if (text !== HEADER[cell]) throw failure("wrong header", place);
}
checkHeader.header = true;

function readTimestamp(text, place) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/
    .exec(text);
  const day = parts && new Date(`${parts[1]}-${parts[2]}-${parts[3]}`);
  if (
    !day || Number.isNaN(day.getTime()) || day.getUTCDate() !== Number(parts[3])
  ) throw failure("no timestamp", place);
  return Date.parse(text);
}

function readNumber(text, place) {
  if (text === "") return null;
  const shape = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (!shape || !Number.isFinite(Number(text))) {
    throw failure("no number", place);
  }
  return Number(text);
}

function readCellInto(row, text, cell, place) {
  if (cell === 0) {
    if (text === "") throw failure("no station", place);
    row.station = text;
  } else if (cell === 1) {
    row.time = readTimestamp(text, place);
  } else {
    row[HEADER[cell]] = readNumber(text, place);
  }
}

/** All rows of a file as objects. */
function readRows(text) {
  const whole = `${text}\n`.replace(/(\r?\n)(\r?\n)+$/, "$1");
  const all = [...characters(whole)];
  const rows = [];
  let index = readRow(all, 0, checkHeader);
  while (index < all.length) {
    if (rows.length === MAXIMUM_ROWS) {
      throw failure("too many rows", all[index]);
    }
    const row = {};
    index = readRow(
      all,
      index,
      (cell, number, place) => readCellInto(row, cell, number, place),
    );
    rows.push(row);
  }
  if (rows.length === 0) {
    throw failure("no rows", { line: whole.split("\n").length, column: 1 });
  }
  return rows;
}

function describe(rows, quantity) {
  const values = rows.map((row) => row[quantity])
    .filter((value) => value !== null);
  const count = values.length;
  if (count === 0) {
    return { count, min: null, max: null, mean: null, p50: null, p95: null };
  }
  const sum = values.reduce((total, value) => total + value, 0);
  const sorted = values.toSorted((a, b) => a - b);
  const percentile = (percent) => sorted[Math.ceil(count * percent / 100) - 1];
  return {
    count,
    min: sorted[0],
    max: sorted[count - 1],
    mean: sum / count,
    p50: percentile(50),
    p95: percentile(95),
  };
}

/**
 * The answer to `POST /summary` for a file that holds `text`.
 *
 * @param {string} text
 * @returns {string}
 * @throws an error with `line` and `column` when the file is bad
 */
export function referenceSummary(text) {
  const rows = readRows(text);
  const times = rows.map((row) => row.time).toSorted((a, b) => a - b);
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row.station)) groups.set(row.station, []);
    groups.get(row.station).push(row);
  }
  const names = [...groups.keys()].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return JSON.stringify({
    rows: rows.length,
    from: new Date(times[0]).toISOString(),
    to: new Date(times.at(-1)).toISOString(),
    stations: names.map((station) => ({
      station,
      rows: groups.get(station).length,
      ...Object.fromEntries(
        QUANTITIES.map((
          quantity,
        ) => [quantity, describe(groups.get(station), quantity)]),
      ),
    })),
  });
}
