import { type Measurements, QUANTITIES } from "./measurements.ts";
import { FIGURES, type Summary } from "./summarise.ts";

const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });

/** The summary as JSON, stations in order of the bytes of their names. */
export function renderSummary(summary: Summary): string {
  const { measurements, rowsOf, figures } = summary;
  const { rows, stations } = measurements;
  let text = `{"rows":${rows},${renderPeriod(measurements)},"stations":[`;
  let comma = "";
  for (const station of stations.inOrder()) {
    const name = TEXT.decode(stations.nameBytes(station))
      .replaceAll('""', '"');
    text += `${comma}{"station":${JSON.stringify(name)},"rows":${rowsOf[station]}`;
    for (let index = 0; index < QUANTITIES.length; index++) {
      text += `,"${QUANTITIES[index]}":`;
      text += renderFigures(figures[index]!, station * FIGURES.length);
    }
    text += "}";
    comma = ",";
  }
  return `${text}]}`;
}

function renderPeriod({ rows, times }: Measurements): string {
  let from = times[0]!;
  let to = from;
  for (let row = 1; row < rows; row++) {
    const time = times[row]!;
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return `"from":"${new Date(from).toISOString()}","to":"${new Date(to).toISOString()}"`;
}

function renderFigures(figures: Float64Array, at: number): string {
  const count = figures[at]!;
  let text = `{"count":${count}`;
  for (let index = 1; index < FIGURES.length; index++) {
    const figure = figures[at + index]!;
    // The mean of numbers whose sum no double can hold is not finite, which
    // JSON has no word for.
    const known = count > 0 && Number.isFinite(figure);
    text += `,"${FIGURES[index]}":${known ? figure : "null"}`;
  }
  return `${text}}`;
}
