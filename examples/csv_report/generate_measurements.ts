import { closeSync, openSync, writeSync } from "node:fs";

const STATIONS = ["Harbour", "Airport", "Summit", "Łódź, Main", 'Hut "North"', "Åre", "東京", "Old Town"];

/** A field of CSV: in quotes where it has to be. */
function fieldOf(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes measurements, one a minute, a few of them without a temperature and all with a column that is not needed. */
export function generateMeasurements(file: string, rows: number, seed: number): void {
  let state = seed | 0;
  const random = (): number => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const begin = Date.UTC(2024, 0, 1);
  const handle = openSync(file, "w");
  try {
    writeSync(handle, "station,humidity,time,temperature\n");
    for (let written = 0; written < rows;) {
      const lines: string[] = [];
      for (let line = 0; line < 5000 && written < rows; line++, written++) {
        const station = Math.floor(random() * STATIONS.length);
        const time = new Date(begin + written * 60_000).toISOString();
        const temperature = random() < 0.01 ? "" : (random() * 40 - 10 - station).toFixed(1);
        lines.push(`${fieldOf(STATIONS[station]!)},${Math.floor(random() * 100)},${time},${temperature}\n`);
      }
      writeSync(handle, lines.join(""));
    }
  } finally {
    closeSync(handle);
  }
}
