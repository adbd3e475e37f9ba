import { COLON, LETTER_T, LETTER_Z, MINUS, PLUS, POINT, SPACE, ZERO } from "./_characters.ts";

const MINUTE = 60_000;
const DAYS_IN_MONTH = Uint8Array.of(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

/**
 * The moment that exactly the bytes from `start` to before `end` tell, in milliseconds since 1970: a date as in ISO
 * 8601, behind `T` or a space perhaps a time with or without seconds and up to nine decimals of them, and a zone perhaps.
 * NaN when the bytes are anything else or no such moment exists.
 */
export function scanTimestamp(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 10 || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return NaN;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if ((century | yearOfCentury | month | day) < 0) return NaN;
  const year = century * 100 + yearOfCentury;
  if (month < 1 || month > 12 || day < 1 || day > lastDay(year, month)) return NaN;
  const midnight = daysSince1970(year, month, day) * 86_400_000;
  return end === start + 10 ? midnight : midnight + scanTime(bytes, start + 10, end);
}

/** The day that was met last, as in 20240531, and its first moment: the rows of a file are mostly of few days. */
let [lastDay8, lastMidnight] = [-1, NaN];

/**
 * The moment that the 20 bytes from `start` on tell when they are written like `2024-05-31T09:30:00Z`, as most are; NaN for
 * anything else. It takes a third of the time of {@linkcode scanTimestamp}, which looks for what may be left out.
 */
export function scanUsualTimestamp(bytes: Uint8Array, start: number): number {
  if (bytes[start + 19] !== LETTER_Z || bytes[start + 10] !== LETTER_T) return NaN;
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return NaN;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return NaN;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  if ((century | yearOfCentury | month | day | hour | minute | second) < 0) return NaN;
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const day8 = century * 1_000_000 + yearOfCentury * 10_000 + month * 100 + day;
  if (day8 !== lastDay8) {
    const year = century * 100 + yearOfCentury;
    if (month < 1 || month > 12 || day < 1 || day > lastDay(year, month)) return NaN;
    lastMidnight = daysSince1970(year, month, day) * 86_400_000;
    lastDay8 = day8;
  }
  return lastMidnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Milliseconds since midnight in UTC. */
function scanTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 6 || bytes[start + 3] !== COLON) return NaN;
  if (bytes[start] !== LETTER_T && bytes[start] !== SPACE) return NaN;
  const hour = twoDigits(bytes, start + 1);
  const minute = twoDigits(bytes, start + 4);
  if ((hour | minute) < 0 || hour > 23 || minute > 59) return NaN;
  const time = (hour * 60 + minute) * MINUTE;
  if (end === start + 6 || bytes[start + 6] !== COLON) return time + scanZone(bytes, start + 6, end);
  if (end - start < 9) return NaN;
  const second = twoDigits(bytes, start + 7);
  if (second < 0 || second > 59) return NaN;
  if (bytes[start + 9] !== POINT || end === start + 9) return time + second * 1000 + scanZone(bytes, start + 9, end);
  let at = start + 10;
  let decimals = 0;
  let unit = 1;
  for (; at < end && (bytes[at]! ^ ZERO) <= 9; at++) {
    decimals = decimals * 10 + (bytes[at]! ^ ZERO);
    unit *= 10;
  }
  if (unit === 1 || unit > 1e9) return NaN;
  return time + second * 1000 + decimals * 1000 / unit + scanZone(bytes, at, end);
}

/** Milliseconds to add for the zone that stands from `start` on; nothing and `Z` are UTC. */
function scanZone(bytes: Uint8Array, start: number, end: number): number {
  if (start === end || (bytes[start] === LETTER_Z && start + 1 === end)) return 0;
  const sign = bytes[start];
  if ((sign !== PLUS && sign !== MINUS) || start + 6 !== end || bytes[start + 3] !== COLON) return NaN;
  const hours = twoDigits(bytes, start + 1);
  const minutes = twoDigits(bytes, start + 4);
  if ((hours | minutes) < 0 || hours > 23 || minutes > 59) return NaN;
  const offset = (hours * 60 + minutes) * MINUTE;
  return sign === PLUS ? -offset : offset;
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
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + Math.trunc((months * 153 + 2) / 5) + day - 719_469;
}
