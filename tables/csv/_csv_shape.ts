import type { Columns, SoaVector } from "../../stl/vector/soa_vector.ts";
import type { FieldPlan } from "./_field_plan.ts";
import type { WordReader } from "./_word_reader.ts";

/** What a file is written like, and what it is read into. */
export interface CsvShape {
  /** How the columns that are asked for are read. */
  readonly plans: readonly FieldPlan[];
  /** What finds the numbers of words, for each of them. */
  readonly words: readonly (WordReader | undefined)[];
  /** Where the rows go. */
  readonly rows: SoaVector<Columns>;
  /** The byte between two fields. */
  readonly separator: number;
  /** Whether the first line has the names of the columns. */
  readonly hasHeader: boolean;
  /** The most bytes that are kept until the end of a row comes. */
  readonly rowLimit: number;
}
