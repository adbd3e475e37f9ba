import type { RowsClass } from "./_rows.ts";
import type { SlotCount } from "./_slots.ts";
import type { NumberViewConstructor } from "./number_element.ts";

/** What a class of tables of rows uses besides globals. */
export interface RowTableParts<K> {
  readonly Rows: RowsClass<K>;
  /** The class of the column of values; `undefined` for a set. */
  readonly valueType: NumberViewConstructor | undefined;
  readonly newSeed: () => number;
  readonly slotsFor: (entries: number, limit: number, label: string) => SlotCount;
  readonly nextSlots: (slots: number, limit: number, label: string) => SlotCount;
  readonly entriesIn: (slots: number) => number;
  readonly refuseKey: (key: unknown, label: string) => never;
}
