/** Where generated text comes from: line and column of the text, source, and line and column there, all from 0. */
interface Segment {
  readonly column: number;
  readonly source: number;
  readonly line: number;
  readonly sourceColumn: number;
}

/** What is used of a source map of version 3. */
export interface SourceMapFile {
  readonly version: number;
  readonly sources: readonly (string | null)[];
  readonly sourceRoot?: string;
  readonly mappings: string;
}

/** The place of a source, line and column from 1 on. */
export interface SourcePlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** The numbers of a segment: digits of 5 bits, the least first, with the sign in the lowest bit. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = VALUES.get(digit);
    if (bits === undefined) return [];
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    [value, shift] = [0, 0];
  }
  return numbers;
}

/** A source map, read at once and asked for few places. */
export class SourceMap {
  readonly #sources: readonly string[];
  readonly #lines: readonly (readonly Segment[])[];

  /** Reads `file`, whose sources are relative to `base`. */
  constructor({ sources, sourceRoot = "", mappings }: SourceMapFile, base: string) {
    const root = sourceRoot === "" || sourceRoot.endsWith("/") ? sourceRoot : `${sourceRoot}/`;
    this.#sources = sources.map((source) => URL.parse(`${root}${source ?? ""}`, base)?.href ?? String(source));
    this.#lines = readMappings(mappings);
  }

  /** The place that the text at `line` and `column`, from 1 on, comes from. */
  find(line: number, column: number): SourcePlace | undefined {
    const segment = this.#lines[line - 1]?.findLast((each) => each.column <= column - 1);
    const source = segment === undefined ? undefined : this.#sources[segment.source];
    if (segment === undefined || source === undefined) return undefined;
    return { source, line: segment.line + 1, column: segment.sourceColumn + 1 };
  }
}

function readMappings(mappings: string): Segment[][] {
  // All but the column of the text go on from line to line.
  let [source, line, sourceColumn] = [0, 0, 0];
  return mappings.split(";").map((text) => {
    let column = 0;
    const segments: Segment[] = [];
    for (const part of text.split(",")) {
      const [columns, sources, lines, sourceColumns] = decode(part);
      column += columns ?? 0;
      if (sources === undefined || lines === undefined || sourceColumns === undefined) continue;
      source += sources;
      line += lines;
      sourceColumn += sourceColumns;
      segments.push({ column, source, line, sourceColumn });
    }
    return segments;
  });
}
