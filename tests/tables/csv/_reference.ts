/** A file as a simple reader of whole texts takes it. */
export interface ReferenceFile {
  /** The fields of each line that is not empty. */
  readonly records: readonly (readonly string[])[];
  /** The line that each of them begins in. */
  readonly lines: readonly number[];
  /** Where it is no CSV: the line of the record. */
  readonly fault: number | undefined;
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Reads a file the way it is explained: field by field, by a regular expression, whole. */
export function readReference(text: string): ReferenceFile {
  const records: string[][] = [];
  const lines: number[] = [];
  let rest = text.startsWith("\ufeff") ? text.slice(1) : text;
  let line = 1;
  while (rest !== "") {
    const empty = /^\r?\n/.exec(rest);
    if (empty !== null || rest === "\r") {
      rest = rest.slice(empty?.[0].length ?? 1);
      line++;
      continue;
    }
    const record: string[] = [];
    const begun = line;
    // A carriage return at the very end stands for a line end.
    const whole = rest.endsWith("\r") ? `${rest}\n` : rest;
    let at = 0;
    for (;;) {
      FIELD.lastIndex = at;
      const found = FIELD.exec(whole);
      if (found === null) return { records, lines, fault: begun };
      record.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
      line += found[0].split("\n").length - 1;
      at = FIELD.lastIndex;
      if (found[3] !== ",") break;
    }
    rest = whole.slice(at);
    records.push(record);
    lines.push(begun);
  }
  return { records, lines, fault: undefined };
}
