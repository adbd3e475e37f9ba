import { closeSync, createReadStream, openSync } from "node:fs";
import BTreeModule from "sorted-btree";
import { type Memory, ORDINARY_MEMORY } from "../core/memory.ts";
import type { Device } from "./device.ts";
import { cellOf, distanceBetween, visitCells } from "./grid.ts";
import { JsonReader } from "./json_reader.ts";
import { Least } from "./least.ts";
import { compareNames, decodeName } from "./names.ts";
import { JsonOutput, type Output } from "./output.ts";
import { RecordError } from "./record_error.ts";
import type { Report } from "./report.ts";
import { SnapshotError, writeAll, writeWhole } from "./snapshot_file.ts";
import type { Outcome, Store, Walk } from "./store.ts";
import { type RegionValues, valuesOfRegions } from "./summarise.ts";

// The package is CommonJS: Deno gives all that it exports, Bun the class that is its default.
const BTree = BTreeModule.default ?? (BTreeModule as unknown as typeof BTreeModule.default);

const VERSION = 1;
const PIECE_CHARACTERS = 2 ** 20;

/** Devices as plain objects, in a map by id and in sets by time and by cell. */
export class ObjectsStore implements Store {
  readonly name = "objects";
  readonly #devices = new Map<string, Device>();
  readonly #times = new BTree<number, Set<Device>>();
  readonly #cells = new Map<number, Set<Device>>();
  /** One string for each region. */
  readonly #regions = new Map<string, string>();
  newest = 0;

  get size(): number {
    return this.#devices.size;
  }

  reserve(): void {
    // Maps of JavaScript grow by themselves alone.
  }

  filled(): void {
    // All indexes are there.
  }

  run<R>(task: (memory: Memory) => Promise<R>): Promise<R> {
    return task(ORDINARY_MEMORY);
  }

  batch(task: () => void): void {
    task();
  }

  upsert(report: Report): Outcome {
    const id = report.id;
    const known = this.#devices.get(id);
    if (known === undefined) {
      this.#create(id, report);
      return "created";
    }
    if (report.time < known.time) return "stale";
    this.#update(known, report);
    return "updated";
  }

  #create(id: string, report: Report): void {
    const { time, latitude, longitude, value, battery } = report;
    const device: Device = { id, region: this.#regionOf(report), time, latitude, longitude, value, battery };
    this.#devices.set(id, device);
    this.#addTo(this.#times, time, device);
    this.#addTo(this.#cells, cellOf(latitude, longitude), device);
    if (time > this.newest) this.newest = time;
  }

  #update(device: Device, report: Report): void {
    const { time, latitude, longitude } = report;
    if (time !== device.time) {
      this.#removeFrom(this.#times, device.time, device);
      this.#addTo(this.#times, time, device);
    }
    const before = cellOf(device.latitude, device.longitude);
    const cell = cellOf(latitude, longitude);
    if (cell !== before) {
      this.#removeFrom(this.#cells, before, device);
      this.#addTo(this.#cells, cell, device);
    }
    device.region = this.#regionOf(report);
    device.time = time;
    device.latitude = latitude;
    device.longitude = longitude;
    device.value = report.value;
    device.battery = report.battery;
    if (time > this.newest) this.newest = time;
  }

  #regionOf(report: Report): string {
    const name = report.region;
    const known = this.#regions.get(name);
    if (known !== undefined) return known;
    this.#regions.set(name, name);
    return name;
  }

  #addTo(index: Index, key: number, device: Device): void {
    const devices = index.get(key);
    if (devices === undefined) index.set(key, new Set([device]));
    else devices.add(device);
  }

  #removeFrom(index: Index, key: number, device: Device): void {
    const devices = index.get(key)!;
    devices.delete(device);
    if (devices.size === 0) index.delete(key);
  }

  find(bytes: Uint8Array, start: number, end: number, output: Output): boolean {
    const device = this.#devices.get(decodeName(bytes, start, end));
    if (device === undefined) return false;
    output.device(device);
    return true;
  }

  delete(bytes: Uint8Array, start: number, end: number): boolean {
    const device = this.#devices.get(decodeName(bytes, start, end));
    if (device === undefined) return false;
    this.#forget(device);
    return true;
  }

  #forget(device: Device): void {
    this.#devices.delete(device.id);
    this.#removeFrom(this.#times, device.time, device);
    this.#removeFrom(this.#cells, cellOf(device.latitude, device.longitude), device);
  }

  expire(before: number, most: number): number {
    let count = 0;
    while (count < most) {
      const time = this.#times.minKey();
      if (time === undefined || time >= before) break;
      for (const device of [...this.#times.get(time)!]) {
        this.#forget(device);
        count++;
      }
    }
    return count;
  }

  stale(since: number, limit: number, output: Output): void {
    const least = new Least<Device>(limit, (a, b) => compareNames(a.id, b.id));
    for (let time = this.#times.minKey(); time !== undefined && time < since && !least.full;) {
      for (const device of this.#times.get(time)!) least.offer(device, time);
      time = this.#times.nextHigherKey(time);
    }
    least.forEach((device) => output.device(device));
  }

  nearby(latitude: number, longitude: number, radius: number, limit: number, output: Output): void {
    const least = new Least<Device>(limit, (a, b) => compareNames(a.id, b.id));
    visitCells(latitude, longitude, radius, (first, last) => {
      for (let cell = first; cell <= last; cell++) {
        for (const device of this.#cells.get(cell) ?? []) {
          const distance = distanceBetween(latitude, longitude, device.latitude / 1e6, device.longitude / 1e6);
          if (distance <= radius) least.offer(device, distance);
        }
      }
    });
    least.forEach((device, distance) => output.device(device, distance));
  }

  regions(): RegionValues[] {
    return valuesOfRegions(this.#devices.values());
  }

  walk(): Walk {
    let time = -1;
    let devices: Device[] = [];
    let at = 0;
    const next = (output: Output, length: number): boolean => {
      while (output.length < length) {
        if (at === devices.length) {
          const following = this.#times.nextHigherKey(time);
          if (following === undefined) return false;
          time = following;
          devices = [...this.#times.get(time)!].sort((a, b) => compareNames(a.id, b.id));
          at = 0;
        }
        const device = devices[at++]!;
        // It may have gone or reported again since its turn was fixed.
        if (device.time === time && this.#devices.get(device.id) === device) output.device(device);
      }
      return true;
    };
    return { next };
  }

  save(path: string): void {
    const head = JSON.stringify({ format: "fleet", version: VERSION, devices: this.size, newest: this.newest });
    writeWhole(path, (part) => {
      const file = openSync(part, "w");
      try {
        writeAll(file, new TextEncoder().encode(`${head}\n`));
        const walk = this.walk();
        for (let more = true; more;) {
          const output = new JsonOutput("lines");
          more = walk.next(output, PIECE_CHARACTERS);
          writeAll(file, new TextEncoder().encode(output.end()));
        }
      } finally {
        closeSync(file);
      }
    });
  }

  async load(path: string): Promise<void> {
    const reader = new JsonReader((report) => this.upsert(report));
    let head: Head | undefined;
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Uint8Array>) {
        let start = 0;
        if (head === undefined) {
          start = chunk.indexOf(0x0a) + 1;
          head = readHead(path, new TextDecoder().decode(chunk.subarray(0, start)));
        }
        reader.push(chunk.subarray(start));
      }
      reader.end();
    } catch (error) {
      if (error instanceof RecordError) throw new SnapshotError(path, error.message, { cause: error });
      throw error;
    }
    if (head === undefined) throw new SnapshotError(path, "it is empty");
    if (head.devices !== this.size) {
      throw new SnapshotError(path, `it has ${this.size} devices where its head says ${head.devices}`);
    }
    this.newest = head.newest;
  }

  figures(): undefined {
    return undefined;
  }

  refusal(error: unknown): 503 | undefined {
    return error instanceof RangeError ? 503 : undefined;
  }

  close(): string {
    return `${this.size} devices left to the garbage collector`;
  }
}

/** Sets of devices by a number. */
interface Index {
  get(key: number): Set<Device> | undefined;
  set(key: number, devices: Set<Device>): unknown;
  delete(key: number): boolean;
}

interface Head {
  readonly devices: number;
  readonly newest: number;
}

function readHead(path: string, line: string): Head {
  let head: { format?: unknown; version?: unknown; devices?: unknown; newest?: unknown };
  try {
    head = JSON.parse(line) ?? {};
  } catch (cause) {
    throw new SnapshotError(path, "its first line is no head of a snapshot", { cause });
  }
  const { format, version, devices, newest } = head;
  if (format !== "fleet") throw new SnapshotError(path, "its first line is no head of a snapshot");
  if (version !== VERSION) throw new SnapshotError(path, `it has version ${String(version)}, not ${VERSION}`);
  if (typeof devices !== "number" || typeof newest !== "number") {
    throw new SnapshotError(path, "its head does not tell how many devices there are");
  }
  return { devices, newest };
}
