import type { PageDocument, PageElement } from "./_dom.ts";
import { element, formatCount, pairs, setText } from "./_page_parts.ts";

// These functions run in the browser, as those of _page_parts.ts do.

declare const document: PageDocument;

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** What rows are sorted by; `null` comes last. */
  readonly value: (row: Row) => number | string | null;
  /** What is shown. */
  readonly text: (row: Row) => string;
  /** The part of the width that a bar takes, from 0 to 1, in place of a text. */
  readonly bar?: (row: Row) => number;
}

/** What a table shows. */
export interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  /** What is shown of a row when it is opened; without it rows cannot be opened. */
  readonly details?: (row: Row) => readonly (readonly [name: string, text: string])[];
  /** The column that it is sorted by at first, and whether from the largest on. */
  readonly sorted: number;
  readonly descending: boolean;
}

/** A row of a table on the page. */
interface Line {
  readonly row: PageElement;
  readonly cells: readonly PageElement[];
  readonly opener: PageElement | undefined;
  details: PageElement | undefined;
}

/** A table on the page. */
export interface Table<Row> extends TableOptions<Row> {
  rows: readonly Row[];
  sorted: number;
  descending: boolean;
  wanted: string;
  page: number;
  readonly lines: Map<string, Line>;
  readonly body: PageElement;
  readonly heads: readonly PageElement[];
  readonly tools: PageElement;
  readonly range: PageElement;
  readonly back: PageElement;
  readonly forth: PageElement;
}

/** Rows that a table shows at a time, so that thousands stay usable. */
export function rowsAtATime(): number {
  return 50;
}

/** Makes a table in `place`. */
export function createTable<Row>(place: PageElement, options: TableOptions<Row>): Table<Row> {
  const heads = options.columns.map(({ title }) =>
    element("th", { scope: "col" }, element("button", { type: "button" }, title))
  );
  const filter = element("input", { type: "search", "aria-label": `Filter ${options.caption} by name` });
  filter.setAttribute("placeholder", "Filter by name");
  const table: Table<Row> = {
    ...options,
    rows: [],
    wanted: "",
    page: 0,
    lines: new Map(),
    body: element("tbody"),
    heads,
    tools: element("div", { class: "tools" }),
    range: element("span"),
    back: element("button", { type: "button" }, "Previous"),
    forth: element("button", { type: "button" }, "Next"),
  };
  table.tools.append(filter, table.back, table.forth, table.range);
  const head = element("thead", {}, element("tr", {}, ...heads));
  const data = element("table", { class: "data" }, element("caption", {}, options.caption), head, table.body);
  const scroll = element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": options.caption },
    data,
  );
  place.append(table.tools, scroll);
  heads.forEach((cell, index) => cell.children[0]!.addEventListener("click", () => sortTable(table, index)));
  filter.addEventListener("input", () => turnPage(table, 0, filter.value.toLowerCase()));
  table.back.addEventListener("click", () => turnPage(table, table.page - 1));
  table.forth.addEventListener("click", () => turnPage(table, table.page + 1));
  return table;
}

/** Sorts by a column; once more the other way round. */
export function sortTable<Row>(table: Table<Row>, index: number): void {
  table.descending = table.sorted === index ? !table.descending : index > 0;
  table.sorted = index;
  turnPage(table, 0);
}

/** Shows another page of a table, or the rows whose name has `wanted` in it. */
export function turnPage<Row>(table: Table<Row>, page: number, wanted: string = table.wanted): void {
  table.wanted = wanted;
  table.page = page;
  drawTable(table);
}

/** Shows other rows. */
export function showRows<Row>(table: Table<Row>, rows: readonly Row[]): void {
  table.rows = rows;
  drawTable(table);
}

/** The rows that are wanted, in their order. */
export function orderRows<Row>({ rows, wanted, columns, sorted, descending }: Table<Row>): Row[] {
  const { value } = columns[sorted]!;
  const sign = descending ? -1 : 1;
  return rows.filter((row) => columns[0]!.text(row).toLowerCase().includes(wanted))
    .sort((one, other) => {
      const [left, right] = [value(one), value(other)];
      if (left === right) return 0;
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right ? -sign : sign;
    });
}

/** Draws what is to be seen, with the elements that are there, so that whoever is on one of them stays there. */
export function drawTable<Row>(table: Table<Row>): void {
  const { body, lines, heads, tools, range, back, forth } = table;
  const ordered = orderRows(table);
  const size = rowsAtATime();
  table.page = Math.max(0, Math.min(table.page, Math.ceil(ordered.length / size) - 1));
  const first = table.page * size;
  const shown = ordered.slice(first, first + size);
  heads.forEach((cell, index) => {
    if (index !== table.sorted) cell.removeAttribute("aria-sort");
    else cell.setAttribute("aria-sort", table.descending ? "descending" : "ascending");
  });
  const { activeElement } = document;
  const kept = new Set(shown.map(table.idOf));
  for (const [id, line] of lines) if (!kept.has(id)) dropLine(table, id, line);
  let place: PageElement | null = body.children[0] ?? null;
  for (const row of shown) {
    const line = drawLine(table, row);
    for (const part of line.details === undefined ? [line.row] : [line.row, line.details]) {
      if (part === place) place = body.children[[...body.children].indexOf(part) + 1] ?? null;
      else body.insertBefore(part, place);
    }
  }
  // An element that is moved loses the focus.
  if (activeElement !== null && activeElement !== document.activeElement) activeElement.focus();
  tools.hidden = table.rows.length <= size;
  back.disabled = first === 0;
  forth.disabled = first + size >= ordered.length;
  const last = Math.min(first + size, ordered.length);
  setText(range, ordered.length === 0 ? "none" : `${first + 1} to ${last} of ${formatCount(ordered.length)}`);
}

/** Takes a row out of the page. */
export function dropLine<Row>({ lines }: Table<Row>, id: string, { row, details }: Line): void {
  row.remove();
  details?.remove();
  lines.delete(id);
}

/** Fills in a row; makes it when it is new. */
export function drawLine<Row>(table: Table<Row>, row: Row): Line {
  const id = table.idOf(row);
  const line = table.lines.get(id) ?? createLine(table, id);
  table.columns.forEach(({ text, bar }, index) => {
    const cell = line.cells[index]!;
    if (bar !== undefined) cell.style.width = `${Math.round(100 * bar(row))}%`;
    else setText(cell, text(row));
  });
  if (line.details !== undefined) {
    line.details.children[0]!.replaceChildren(pairs(table.details!(row)));
  }
  return line;
}

/** Makes a row, with a button in front where it can be opened. */
export function createLine<Row>(table: Table<Row>, id: string): Line {
  const opener = table.details && element("button", { type: "button", "aria-expanded": "false" });
  const cells = table.columns.map(({ bar }, index) => {
    if (index === 0 && opener !== undefined) return opener;
    return bar === undefined ? element("td") : element("span", { class: "bar" });
  });
  const parts = cells.map((cell, index) => {
    if (table.columns[index]!.bar !== undefined) return element("td", { class: "bars" }, cell);
    return cell === opener ? element("td", {}, cell) : cell;
  });
  const line: Line = { row: element("tr", {}, ...parts), cells, opener, details: undefined };
  opener?.addEventListener("click", () => toggleLine(table, id, line));
  table.lines.set(id, line);
  return line;
}

/** Opens or shuts a row. */
export function toggleLine<Row>(table: Table<Row>, id: string, line: Line): void {
  const opens = line.details === undefined;
  line.opener!.setAttribute("aria-expanded", String(opens));
  line.details?.remove();
  line.details = opens ? element("tr", {}, element("td", { colspan: String(table.columns.length) })) : undefined;
  const row = table.rows.find((candidate) => table.idOf(candidate) === id);
  if (row !== undefined) drawTable(table);
}
