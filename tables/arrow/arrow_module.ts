/** The class of a type of Arrow, as far as it matters here. */
export type ArrowTypeClass = new (...given: never[]) => unknown;

/** The module apache-arrow, as far as it matters here; `T` is its class `Table`. */
export interface ArrowModule<T> {
  /** Makes tables. */
  readonly Table: new (...given: never[]) => T;
  /** Makes columns. */
  readonly Vector: ArrowTypeClass;
  /** Makes pieces of columns. */
  readonly makeData: (...given: never[]) => unknown;
  /** A type of integers. */
  readonly Int8: ArrowTypeClass;
  /** A type of integers. */
  readonly Int16: ArrowTypeClass;
  /** A type of integers. */
  readonly Int32: ArrowTypeClass;
  /** A type of integers. */
  readonly Int64: ArrowTypeClass;
  /** A type of integers. */
  readonly Uint8: ArrowTypeClass;
  /** A type of integers. */
  readonly Uint16: ArrowTypeClass;
  /** A type of integers. */
  readonly Uint32: ArrowTypeClass;
  /** A type of integers. */
  readonly Uint64: ArrowTypeClass;
  /** A type of numbers. */
  readonly Float16: ArrowTypeClass;
  /** A type of numbers. */
  readonly Float32: ArrowTypeClass;
  /** A type of numbers. */
  readonly Float64: ArrowTypeClass;
  /** The type of booleans. */
  readonly Bool: ArrowTypeClass;
  /** The type of texts. */
  readonly Utf8: ArrowTypeClass;
  /** The type of columns whose values have numbers. */
  readonly Dictionary: ArrowTypeClass;
}

/** The type of a column of a table of Arrow, as far as it matters here. */
export interface ArrowType {
  /** Its number in Arrow. */
  readonly typeId: number;
  /** What messages call it. */
  toString(): string;
}

/** A piece of a column of a table of Arrow, as far as it matters here. */
export interface ArrowData {
  /** Its values. */
  readonly length: number;
  /** How many of them are null. */
  readonly nullCount: number;
  /** Numbers, or the bytes of texts. */
  readonly values: unknown;
  /** Where each text begins. */
  readonly valueOffsets: unknown;
  /** What numbers of a dictionary stand for. */
  readonly dictionary?: ArrowVector | undefined;
  /** Whether a value is not null. */
  getValid(index: number): boolean;
}

/** A column of a table of Arrow, as far as it matters here. */
export interface ArrowVector {
  /** What it holds. */
  readonly type: ArrowType;
  /** Its values. */
  readonly length: number;
  /** Its pieces. */
  readonly data: readonly ArrowData[];
  /** A value; null where there is none. */
  get(index: number): unknown;
}

/** A table of Arrow, as far as it matters here. */
export interface ArrowTable {
  /** Its rows. */
  readonly numRows: number;
  /** Its columns. */
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  /** A column. */
  getChild(name: string): unknown;
}
