// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Devices for examples/fleet.ts: each is a function of its number and a seed, so that whoever knows both knows it.

/**
 * One device, as it reports.
 *
 * @typedef {object} Device
 * @property {string} id
 * @property {string} region
 * @property {number} time seconds since 1970
 * @property {number} latitude millionths of a degree
 * @property {number} longitude millionths of a degree
 * @property {number} value a number of 32 bits
 * @property {number} battery per cent
 */

/** The newest time that a device has before it reports again. */
export const LATEST = 1_790_000_000;
const SECONDS = 86_400;
const CITIES = 200;

const KINDS = ["meter", "pump", "van", "truck", "sensor", "valve", "relay", "gauge", "tracker", "charger"];

/** Names and centres of the regions; where the cities of one lie. */
const REGIONS = [
  ["Andalucía", 37.4, -4.6],
  ["Attica", 38.0, 23.7],
  ["Auvergne", 45.4, 4.4],
  ["Bavaria", 48.9, 11.4],
  ["Bohemia", 49.9, 14.4],
  ["Brabant", 51.6, 5.1],
  ["Bretagne", 48.2, -2.9],
  ["Calabria", 39.0, 16.5],
  ["Catalonia", 41.6, 1.6],
  ["Cornwall", 50.3, -4.9],
  ["Dalmatia", 43.5, 16.4],
  ["Dolnośląskie", 51.1, 16.9],
  ["Eastern Macedonia and Thrace", 41.1, 25.1],
  ["Emilia", 44.6, 10.9],
  ["Estremadura", 39.3, -8.9],
  ["Flanders", 51.0, 3.8],
  ["Galicia", 42.8, -7.9],
  ["Hesse", 50.6, 9.0],
  ["Île-de-France", 48.8, 2.5],
  ["Jutland", 56.0, 9.2],
  ["Kärnten", 46.7, 13.9],
  ["Karelia", 62.6, 30.1],
  ["Leinster", 53.3, -6.8],
  ["Lombardy", 45.6, 9.8],
  ["Łódzkie", 51.6, 19.4],
  ["Mazowieckie", 52.3, 21.0],
  ["Moravia", 49.3, 16.7],
  ["Norrbotten", 66.3, 20.5],
  ["Ostrobothnia", 63.1, 22.5],
  ["Pest", 47.4, 19.3],
  ["Provence", 43.9, 6.0],
  ["Saxony", 51.1, 13.3],
  ["Scotland", 56.4, -3.9],
  ["Sicily", 37.6, 14.1],
  ["Skåne", 55.9, 13.5],
  ["Transylvania", 46.3, 24.2],
  ["Vilnius", 54.7, 25.2],
  ["Wales", 52.1, -3.6],
  ["Zeeland", 51.4, 3.8],
  ["Östergötland", 58.4, 15.6],
];

/** Bits that look random, from a number and what they are for (the constants of "lowbias32"). */
function mix(bits, salt) {
  bits = Math.imul(bits ^ salt, 0x9e3779b1);
  bits = Math.imul(bits ^ bits >>> 16, 0x21f0aaad);
  bits = Math.imul(bits ^ bits >>> 15, 0x735a2d97);
  return (bits ^ bits >>> 15) >>> 0;
}

/** From 0 to below 1. */
function unit(bits, salt) {
  return mix(bits, salt) / 2 ** 32;
}

/** From -1 to below 1, most often about 0. */
function spread(bits, salt) {
  return unit(bits, salt) + unit(bits, salt + 1) - 1;
}

const encoder = new TextEncoder();

/** Earlier ones are larger: the first holds a fourteenth of all devices. */
const cities = Array.from({ length: CITIES }, (_, city) => {
  const [region, latitude, longitude] = REGIONS[mix(city, 11) % REGIONS.length];
  return {
    region,
    regionBytes: encoder.encode(region),
    latitude: latitude + spread(city, 12),
    longitude: longitude + spread(city, 14) * 1.5,
  };
});

const KIND_BYTES = KINDS.map((kind) => encoder.encode(kind));
const DIGITS = encoder.encode("0123456789abcdefghijklmnopqrstuvwxyz");
const HYPHEN = "-".charCodeAt(0);

/** The kind of a device among all, from what is random of its id. */
function kindOf(bits) {
  return bits % KINDS.length;
}

/** The number at the end of its id: seven digits of base 16. */
function serialOf(bits) {
  return 0x1000000 + (bits >>> 4) % 0xf000000;
}

/** The id of device number `index`: 12 to 24 characters. */
export function idOf(index, seed) {
  const bits = mix(index, seed * 64 + 1);
  return `${KINDS[kindOf(bits)]}-${index.toString(36)}-${serialOf(bits).toString(16)}`;
}

/** Writes the UTF-8 of an id, and returns where it ends. */
function writeId(index, seed, bytes, offset) {
  const bits = mix(index, seed * 64 + 1);
  offset = writeBytes(KIND_BYTES[kindOf(bits)], bytes, offset);
  bytes[offset++] = HYPHEN;
  offset = writeDigits(index, 36, bytes, offset);
  bytes[offset++] = HYPHEN;
  return writeDigits(serialOf(bits), 16, bytes, offset);
}

/** `set()` is slower for so few. */
function writeBytes(from, bytes, offset) {
  for (let at = 0; at < from.length; at++) bytes[offset++] = from[at];
  return offset;
}

function writeDigits(number, radix, bytes, offset) {
  let end = offset + 1;
  for (let rest = Math.floor(number / radix); rest > 0; rest = Math.floor(rest / radix)) end++;
  for (let at = end - 1; at >= offset; at--) {
    bytes[at] = DIGITS[number % radix];
    number = Math.floor(number / radix);
  }
  return end;
}

/**
 * Device number `index` before it reports.
 *
 * @param {number} index
 * @param {number} seed
 * @returns {Device}
 */
export function deviceOf(index, seed) {
  return reading(index, seed, firstTime(index, seed), 0);
}

/** When it reported before. */
function firstTime(index, seed) {
  return LATEST - mix(index, seed * 64 + 2) % SECONDS;
}

/**
 * What device number `index` reports at step `step`, from 1 on: at most three seconds after the step before.
 *
 * @param {number} index
 * @param {number} seed
 * @param {number} step
 * @returns {Device}
 */
export function reportOf(index, seed, step) {
  return reading(index, seed, LATEST + 3 * step - mix(index ^ step << 8, seed * 64 + 3) % 3, step);
}

/** What a device tells besides its id and the time: one for all calls, because millions are made. */
const measured = { city: cities[0], latitude: 0, longitude: 0, value: 0, battery: 0 };

/** @param {number} index @param {number} seed @param {number} step */
function measure(index, seed, step) {
  const bits = mix(index, seed * 64 + 4);
  const city = cities[Math.floor(CITIES * unit(bits, 1) ** 2)];
  const latitude = city.latitude + spread(bits, 2) * 0.2;
  const longitude = city.longitude + spread(bits, 4) * 0.3;
  // A device stays near the place where it began.
  const moved = mix(bits, step + 64);
  measured.city = city;
  measured.latitude = Math.round(latitude * 1e6) + (moved & 0xfff) - 0x800;
  measured.longitude = Math.round(longitude * 1e6) + (moved >>> 12 & 0xfff) - 0x800;
  measured.value = Math.fround(20 + city.latitude / 10 + spread(bits ^ moved, 6) * 15);
  measured.battery = (bits >>> 8) % 101;
  return measured;
}

/** @param {number} index @param {number} seed @param {number} time @param {number} step @returns {Device} */
function reading(index, seed, time, step) {
  const { city: { region }, latitude, longitude, value, battery } = measure(index, seed, step);
  return { id: idOf(index, seed), region, time, latitude, longitude, value, battery };
}

const float = new Float32Array(1);
const floatBytes = new Uint8Array(float.buffer);

/**
 * Writes a device as one binary record at `offset`: u8 length of the id, id, u8 length of the region, region, u32 time,
 * i32 latitude, i32 longitude, f32 value, u8 battery; numbers with the least byte first.
 *
 * @param {Device} device
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @returns {number} where the next record begins
 */
export function encodeDevice(device, bytes, offset) {
  offset = encodeName(device.id, bytes, offset);
  offset = encodeName(device.region, bytes, offset);
  return encodeFigures(device.time, device, bytes, offset);
}

/**
 * Writes device number `index` as {@linkcode encodeDevice} writes what `deviceOf` returns, and makes no object: an engine
 * keeps garbage in proportion to what is live, and what memory a store needs should not depend on who made its devices.
 *
 * @param {number} index
 * @param {number} seed
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @returns {number} where the next record begins
 */
export function encodeDeviceOf(index, seed, bytes, offset) {
  const end = writeId(index, seed, bytes, offset + 1);
  bytes[offset] = end - offset - 1;
  const figures = measure(index, seed, 0);
  offset = writeName(figures.city.regionBytes, bytes, end);
  return encodeFigures(firstTime(index, seed), figures, bytes, offset);
}

/** @param {number} time @param {Pick<Device, "latitude" | "longitude" | "value" | "battery">} figures */
function encodeFigures(time, figures, bytes, offset) {
  offset = encodeWord(time, bytes, offset);
  offset = encodeWord(figures.latitude, bytes, offset);
  offset = encodeWord(figures.longitude, bytes, offset);
  float[0] = figures.value;
  for (let at = 0; at < 4; at++) bytes[offset++] = floatBytes[at];
  bytes[offset++] = figures.battery;
  return offset;
}

/** @param {Uint8Array} name @param {Uint8Array} bytes @param {number} offset */
function writeName(name, bytes, offset) {
  bytes[offset++] = name.length;
  return writeBytes(name, bytes, offset);
}

/** @param {string} name @param {Uint8Array} bytes @param {number} offset */
function encodeName(name, bytes, offset) {
  const start = offset + 1;
  let length = 0;
  for (; length < name.length; length++) {
    const code = name.charCodeAt(length);
    if (code > 127) break;
    bytes[start + length] = code;
  }
  if (length < name.length) length = encoder.encodeInto(name, bytes.subarray(start)).written;
  bytes[offset] = length;
  return start + length;
}

/** @param {number} word @param {Uint8Array} bytes @param {number} offset */
function encodeWord(word, bytes, offset) {
  bytes[offset] = word;
  bytes[offset + 1] = word >>> 8;
  bytes[offset + 2] = word >>> 16;
  bytes[offset + 3] = word >>> 24;
  return offset + 4;
}
