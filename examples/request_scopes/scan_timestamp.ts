import { COLON, MINUS, POINT, ZERO } from "./characters.ts";

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const PLUS = 0x2b;
const MINUTE = 60_000;
const DAYS_IN_MONTH = Int32Array.of(
  31,
  28,
  31,
  30,
  31,
  30,
  31,
  31,
  30,
  31,
  30,
  31,
);

/**
 * Reads `2024-05-31T09:30:00Z`, with up to three decimals of a second and with
 * `+02:00` instead of `Z` perhaps, from exactly the bytes `start` to `end`,
 * and stores it in `times[row]` in milliseconds since 1970.
 *
 * @returns false when the bytes are anything else or no such moment exists
 */
export function scanTimestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  times: Float64Array,
  row: number,
): boolean {
  if (
    end - start < 20 || bytes[start + 4] !== MINUS ||
    bytes[start + 7] !== MINUS || bytes[start + 10] !== LETTER_T ||
    bytes[start + 13] !== COLON || bytes[start + 16] !== COLON
  ) return false;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  if ((century | yearOfCentury | hour | minute | second) < 0) return false;
  const year = century * 100 + yearOfCentury;
  if (month < 1 || month > 12 || day < 1 || day > lastDay(year, month)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  times[row] = daysSince1970(year, month, day) * 86_400_000 +
    ((hour * 60 + minute) * 60 + second) * 1_000;
  const zone = scanFraction(bytes, start + 19, end, times, row);
  return zone >= 0 && scanZone(bytes, zone, end, times, row);
}

/** The two digits at `start` as a number, negative when they are none. */
function twoDigits(bytes: Uint8Array, start: number): number {
  const tens = bytes[start]! ^ ZERO;
  const units = bytes[start + 1]! ^ ZERO;
  return tens <= 9 && units <= 9 ? tens * 10 + units : -1;
}

function lastDay(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap && month === 2 ? 29 : DAYS_IN_MONTH[month - 1]!;
}

/** Counts from March on, so that the leap day is the last one of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) +
    Math.floor(years / 400);
  return years * 365 + leapDays + Math.trunc((months * 153 + 2) / 5) + day -
    719_469;
}

/** @returns the index behind the decimals, or -1 when there are 0 or above 3 */
function scanFraction(
  bytes: Uint8Array,
  start: number,
  end: number,
  times: Float64Array,
  row: number,
): number {
  if (bytes[start] !== POINT) return start;
  let position = start + 1;
  let unit = 100;
  while (position < end && (bytes[position]! ^ ZERO) <= 9) {
    times[row]! += (bytes[position]! ^ ZERO) * unit;
    unit = Math.trunc(unit / 10);
    position++;
  }
  const decimals = position - start - 1;
  return decimals >= 1 && decimals <= 3 ? position : -1;
}

function scanZone(
  bytes: Uint8Array,
  start: number,
  end: number,
  times: Float64Array,
  row: number,
): boolean {
  const sign = bytes[start];
  if (sign === LETTER_Z) return start + 1 === end;
  if (sign !== PLUS && sign !== MINUS) return false;
  if (start + 6 !== end || bytes[start + 3] !== COLON) return false;
  const hours = twoDigits(bytes, start + 1);
  const minutes = twoDigits(bytes, start + 4);
  if ((hours | minutes) < 0 || hours > 23 || minutes > 59) return false;
  const offset = (hours * 60 + minutes) * MINUTE;
  times[row]! -= sign === PLUS ? offset : -offset;
  return true;
}
