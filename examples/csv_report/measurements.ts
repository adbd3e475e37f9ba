import { f32, u16 } from "../../stl/mod.ts";
import { type DataTable, dictionary, timestamp } from "../../tables/mod.ts";

/** What is read of a file; its other columns are passed over. */
export const COLUMNS = { station: dictionary(u16), time: timestamp, temperature: f32 };

/** The rows of a file. */
export type Measurements = DataTable<typeof COLUMNS>;
