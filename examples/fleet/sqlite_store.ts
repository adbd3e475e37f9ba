import { existsSync, rmSync } from "node:fs";
import process from "node:process";
import { type Memory, ORDINARY_MEMORY } from "../core/memory.ts";
import type { Device } from "./device.ts";
import { cellOf, distanceBetween, visitCells } from "./grid.ts";
import { Least } from "./least.ts";
import { compareNames, decodeName } from "./names.ts";
import type { Output } from "./output.ts";
import type { Report } from "./report.ts";
import { SnapshotError, writeWhole } from "./snapshot_file.ts";
import type { Outcome, Store, Walk } from "./store.ts";
import { type RegionValues, valuesOfRegions } from "./summarise.ts";

type Value = string | number;

/** What the two runtimes have in common. */
interface Statement {
  get(...values: Value[]): unknown;
  all(...values: Value[]): unknown[];
  iterate(...values: Value[]): Iterable<unknown>;
  run(...values: Value[]): { readonly changes: number | bigint };
}

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

const VERSION = 1;
const COLUMNS = "id, region, time, latitude, longitude, value, battery";
const TABLE = `CREATE TABLE devices (
  id TEXT PRIMARY KEY, region TEXT NOT NULL, time INTEGER NOT NULL, latitude INTEGER NOT NULL,
  longitude INTEGER NOT NULL, value REAL NOT NULL, battery INTEGER NOT NULL, cell INTEGER NOT NULL
);
CREATE TABLE state (newest INTEGER NOT NULL);
INSERT INTO state VALUES (0);
PRAGMA user_version = ${VERSION};`;
const INDEXES = `CREATE INDEX IF NOT EXISTS devices_by_time ON devices (time, id);
CREATE INDEX IF NOT EXISTS devices_by_cell ON devices (cell);`;
const NO_INDEXES = "DROP INDEX devices_by_time; DROP INDEX devices_by_cell;";
/** Devices that a walk asks for at a time. */
const PAGE = 500;

/** Devices in SQLite in memory, the one that the runtime brings. */
export class SqliteStore implements Store {
  readonly name = "sqlite";
  readonly #database = openDatabase();
  readonly #select: Statement;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #delete: Statement;
  readonly #stale: Statement;
  readonly #cells: Statement;
  readonly #after: Statement;
  size = 0;
  newest = 0;

  /** Makes an empty store. */
  constructor() {
    const database = this.#database;
    database.exec(TABLE + INDEXES);
    this.#select = database.prepare(`SELECT ${COLUMNS} FROM devices WHERE id = ?`);
    this.#insert = database.prepare(
      `INSERT INTO devices (${COLUMNS}, cell) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#update = database.prepare(
      "UPDATE devices SET region = ?, time = ?, latitude = ?, longitude = ?, value = ?, battery = ?, cell = ? WHERE id = ? AND time <= ?",
    );
    this.#delete = database.prepare("DELETE FROM devices WHERE id = ?");
    this.#stale = database.prepare(`SELECT ${COLUMNS} FROM devices WHERE time < ? ORDER BY time, id LIMIT ?`);
    this.#cells = database.prepare(`SELECT ${COLUMNS} FROM devices WHERE cell BETWEEN ? AND ?`);
    this.#after = database.prepare(
      `SELECT ${COLUMNS} FROM devices WHERE (time, id) > (?, ?) ORDER BY time, id LIMIT ${PAGE}`,
    );
  }

  reserve(): void {
    // Indexes that are made of all rows at once take a third of the time.
    if (this.size === 0) this.#database.exec(NO_INDEXES);
  }

  filled(): void {
    this.#database.exec(INDEXES);
  }

  run<R>(task: (memory: Memory) => Promise<R>): Promise<R> {
    return task(ORDINARY_MEMORY);
  }

  batch(task: () => void): void {
    this.#database.exec("BEGIN");
    try {
      task();
    } finally {
      // What came before a bad report stays.
      this.#database.exec("COMMIT");
    }
  }

  upsert(report: Report): Outcome {
    const { id, region, time, latitude, longitude, value, battery } = report;
    const cell = cellOf(latitude, longitude);
    const { changes } = this.#insert.run(id, region, time, latitude, longitude, value, battery, cell);
    const created = Number(changes) > 0;
    if (created) this.size++;
    else if (
      Number(this.#update.run(region, time, latitude, longitude, value, battery, cell, id, time).changes) === 0
    ) {
      return "stale";
    }
    if (time > this.newest) this.newest = time;
    return created ? "created" : "updated";
  }

  find(bytes: Uint8Array, start: number, end: number, output: Output): boolean {
    const device = this.#select.get(decodeName(bytes, start, end)) as Device | null | undefined;
    if (!device) return false;
    output.device(device);
    return true;
  }

  delete(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#deleteId(decodeName(bytes, start, end));
  }

  #deleteId(id: string): boolean {
    if (Number(this.#delete.run(id).changes) === 0) return false;
    this.size--;
    return true;
  }

  expire(before: number, most: number): number {
    let count = 0;
    while (count < most) {
      const [oldest] = this.#stale.all(before, 1) as Device[];
      if (oldest === undefined) break;
      this.batch(() => {
        for (const { id } of this.#stale.all(oldest.time + 1, this.size) as Device[]) {
          this.#deleteId(id);
          count++;
        }
      });
    }
    return count;
  }

  stale(since: number, limit: number, output: Output): void {
    for (const device of this.#stale.all(since, limit) as Device[]) output.device(device);
  }

  nearby(latitude: number, longitude: number, radius: number, limit: number, output: Output): void {
    const least = new Least<Device>(limit, (a, b) => compareNames(a.id, b.id));
    visitCells(latitude, longitude, radius, (first, last) => {
      for (const device of this.#cells.all(first, last) as Device[]) {
        const distance = distanceBetween(latitude, longitude, device.latitude / 1e6, device.longitude / 1e6);
        if (distance <= radius) least.offer(device, distance);
      }
    });
    least.forEach((device, distance) => output.device(device, distance));
  }

  regions(): RegionValues[] {
    return valuesOfRegions(this.#database.prepare("SELECT region, value FROM devices").iterate() as Iterable<Device>);
  }

  walk(): Walk {
    let page: Device[] = [];
    let at = 0;
    let [time, id] = [-1, ""];
    const next = (output: Output, length: number): boolean => {
      while (output.length < length) {
        if (at === page.length) {
          page = this.#after.all(time, id) as Device[];
          at = 0;
          if (page.length === 0) return false;
        }
        const device = page[at++]!;
        ({ time, id } = device);
        output.device(device);
      }
      return true;
    };
    return { next };
  }

  save(path: string): void {
    this.#database.prepare("UPDATE state SET newest = ?").run(this.newest);
    writeWhole(path, (part) => {
      rmSync(part, { force: true });
      this.#database.prepare("VACUUM INTO ?").run(part);
    });
  }

  load(path: string): void {
    // SQLite would make a file that is not there.
    if (!existsSync(path)) throw new SnapshotError(path, "it is not there");
    try {
      this.#copy(path);
    } catch (cause) {
      if (cause instanceof SnapshotError) throw cause;
      throw new SnapshotError(path, `SQLite says: ${(cause as Error).message}`, { cause });
    }
  }

  #copy(path: string): void {
    const database = this.#database;
    database.prepare("ATTACH ? AS saved").run(path);
    const { user_version: version } = database.prepare("PRAGMA saved.user_version").get() as { user_version: number };
    if (version !== VERSION) throw new SnapshotError(path, `it has version ${version}, not ${VERSION}`);
    const [fault] = database.prepare("PRAGMA saved.quick_check(1)").all() as { quick_check: string }[];
    if (fault!.quick_check !== "ok") throw new SnapshotError(path, `SQLite says: ${fault!.quick_check}`);
    database.exec(`${NO_INDEXES} INSERT INTO devices SELECT * FROM saved.devices; ${INDEXES}`);
    this.newest = (database.prepare("SELECT newest FROM saved.state").get() as { newest: number }).newest;
    this.size = (database.prepare("SELECT count(*) AS size FROM devices").get() as { size: number }).size;
    database.exec("DETACH saved");
  }

  figures(): undefined {
    return undefined;
  }

  refusal(): undefined {
    return undefined;
  }

  close(): string {
    this.#database.close();
    return `${this.size} devices left to SQLite`;
  }
}

/** SQLite of the runtime that this runs on. */
function openDatabase(): Database {
  if (process.versions["bun"] !== undefined) {
    const { Database } = process.getBuiltinModule("bun:sqlite") as unknown as {
      Database: new (path: string) => Database;
    };
    return new Database(":memory:");
  }
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite") as unknown as {
    DatabaseSync: new (path: string) => Database;
  };
  return new DatabaseSync(":memory:");
}
