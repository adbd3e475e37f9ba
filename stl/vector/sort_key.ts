/** Options of sorting by fields. */
export interface SortOptions {
  /**
   * Whether the largest value comes first, for fields that do not say so themselves.
   *
   * @default {false}
   */
  readonly descending?: boolean;
}

/** A field to sort by. */
export interface SortKey<N extends string = string> {
  /** The field or column. */
  readonly by: N;
  /**
   * Whether the largest value comes first.
   *
   * @default that of the options
   */
  readonly descending?: boolean;
}

/** What rows are sorted by: a field, or several, of which each decides among rows that are equal in those before. */
export type SortBy<N extends string> = N | SortKey<N> | readonly (N | SortKey<N>)[];
