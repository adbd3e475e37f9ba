import { bytesOf } from "../bytes/element_format.ts";
import type { BaseClass } from "../core/container_base.ts";
import { boundsAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { refuseNested, requireFunction } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { listOf } from "../core/sources.ts";
import { Storage } from "../core/storage.ts";
import { valuesClass } from "../core/values.ts";
import type { AnyStruct } from "../struct/struct.ts";
import { requireNames } from "../struct/surplus.ts";
import { permuteRows } from "./_permute.ts";
import {
  checkColumns,
  type ColumnPlan,
  columnsOf,
  insertLast,
  memoriesOf,
  packedColumn,
  plansOf,
  removeRow,
  scratchColumns,
  type SoaLabel,
} from "./_soa_columns.ts";
import { SoaFormat } from "./_soa_format.ts";
import { INDEX, type RowCode, rowCode } from "./_soa_rows.ts";
import { defineSoaVector, type SoaVectorClass } from "./_soa_vector.ts";
import { orderBy, sortKeysOf } from "./_sort_keys.ts";
import { createCursor } from "./cursor.ts";
import type { Columns } from "./soa_vector.ts";

/** What belongs to one set of columns in containers of one name. */
export interface SoaClass {
  /** The columns, whatever becomes of what they were given as. */
  readonly columns: Columns;
  /** How each of them lies in memory. */
  readonly plans: readonly ColumnPlan[];
  /** The code for rows. */
  readonly code: RowCode;
  /** How rows become bytes and back. */
  readonly format: SoaFormat;
  /** The class of vectors. */
  readonly Class: SoaVectorClass;
}

/**
 * The class of vectors with columns that messages call `label`, for a container of that name to be or to have. Throws
 * `TypeError` for what no vector of rows can have.
 */
export function soaClassOf(given: Columns | AnyStruct, label: SoaLabel, Base: BaseClass): SoaClass {
  const columns = columnsOf(given);
  checkColumns(columns, label);
  const plans = plansOf(columns, label);
  const format = new SoaFormat(plans, label);
  const code = rowCode(plans);
  const Class = specialise(defineSoaVector)({
    ...code,
    Base,
    PARTS,
    Storage,
    TAKE_OVER,
    Values: valuesClass(),
    boundsAt,
    bytesOf,
    checkedCount,
    columns,
    createCursor,
    elementAt,
    format,
    insertLast,
    label,
    listOf,
    memoriesOf,
    movement: { key: INDEX, step: 1 },
    orderBy,
    packedColumn,
    permuteRows,
    plans,
    refuseIndex,
    refuseNested,
    removeRow,
    requireFunction,
    requireNames,
    scratchColumns,
    sortKeysOf,
  });
  return { columns, plans, code, format, Class };
}
