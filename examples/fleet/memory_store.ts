import { AllocationError, Arena, Heap, ScopePool } from "../../mod.ts";
import { f64, StringTable, u32, Vector } from "../../stl/mod.ts";
import { type Memory, memoryOf } from "../core/memory.ts";
import { MOST_NAME_BYTES } from "./device.ts";
import { cellOf, distanceBetween, visitCells } from "./grid.ts";
import { Least } from "./least.ts";
import { type Containers, disposeAll, makeContainers, readContainers, requireWhole } from "./memory_containers.ts";
import type { Output } from "./output.ts";
import { Report } from "./report.ts";
import { readSections, writeSections } from "./sections.ts";
import { NONE, SlotLists } from "./slot_lists.ts";
import { BATTERY, LATITUDE, LONGITUDE, NEXT_IN_CELL, NEXT_IN_TIME, REGION, TIME, VALUE, WORDS } from "./slot_rows.ts";
import type { Outcome, Store, StoreFigures, Walk } from "./store.ts";
import type { RegionValues } from "./summarise.ts";

const MiB = 2 ** 20;
/** What a request of some thousand reports or ids needs. */
const CHUNK_BYTES = 65_536;
/** Slots that are added at a time. */
const MORE_SLOTS = 1024;
/** Names of regions without devices that are kept at most, besides as many as there are with devices. */
const MOST_EMPTY_REGIONS = 1024;

/** Sizes of the memory store. */
export interface MemoryStoreOptions {
  /** The most bytes of everything: devices, indexes and scopes of requests. */
  readonly limit: number;
}

/**
 * Devices in containers of one heap: a row of a slot for each, slots by id in a hash map, and lists of slots by time
 * and by cell. Reports are read where they lie in a body, and none of them makes an object.
 */
export class MemoryStore implements Store {
  readonly name = "memory";
  readonly #heap: Heap;
  readonly #devices: Arena;
  readonly #arena: Arena;
  readonly #scopes: ScopePool;
  #held: Containers;
  #byTime: SlotLists;
  #byCell: SlotLists;
  // The words of the rows, taken again whenever they have moved.
  #integers = new Int32Array();
  #times = new Uint32Array();
  #floats = new Float32Array();
  /** Slots that were ever used; those behind are free. */
  #used = 0;
  /** The first of the slots before that are free. */
  #free = NONE;
  newest = 0;
  /** An id to look up: one view for each length, so that no report needs one of its own. */
  readonly #key = new Uint8Array(MOST_NAME_BYTES + 1);
  readonly #keys = Array.from({ length: this.#key.length }, (_, length) => this.#key.subarray(0, length));
  /** What is written, and where its id lies. */
  readonly #report = new Report();
  readonly #id = new Uint8Array(MOST_NAME_BYTES + 1);
  /** The bytes of each region. */
  #regionBytes: Uint8Array[] = [];
  /** Regions with devices. */
  #regionsInUse = 0;

  /** Makes an empty store. An eighth of the limit, 32 MiB at least, is for the scopes of requests. */
  constructor({ limit }: MemoryStoreOptions) {
    const scopeBytes = Math.max(32, Math.floor(limit / 8 / MiB / 32) * 32) * MiB;
    this.#arena = Arena.reserve(scopeBytes, { exclusive: true });
    this.#scopes = new ScopePool({ arena: this.#arena, chunkBytes: CHUNK_BYTES, name: "requests" });
    const deviceBytes = limit - scopeBytes;
    // Devices are looked up here and there in hundreds of megabytes: large pages save an eighth of the time.
    // What is freed leaves gaps, so there is more address space; the limit is that of the heap.
    this.#devices = Arena.reserve(2 * deviceBytes + 128 * MiB, { allowLarge: true });
    this.#heap = new Heap({ name: "devices", arena: this.#devices, limit: deviceBytes });
    this.#held = makeContainers(this.#heap);
    this.#byTime = new SlotLists(this.#held.times, NEXT_IN_TIME);
    this.#byCell = new SlotLists(this.#held.cells, NEXT_IN_CELL);
    this.#takeRows();
  }

  get size(): number {
    return this.#held.ids.size;
  }

  reserve(devices: number): void {
    const { ids, rows, names } = this.#held;
    ids.reserve(devices);
    rows.reserve(devices);
    names.reserve(devices);
    this.#takeRows();
  }

  filled(): void {
    // All indexes are there.
  }

  run<R>(task: (memory: Memory) => Promise<R>): Promise<R> {
    return this.#scopes.run((scope) => task(memoryOf(scope)));
  }

  batch(task: () => void): void {
    try {
      task();
    } finally {
      this.#forgetRegions();
    }
  }

  /** The id as a key of the map, valid until the next one. */
  #keyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const key = this.#key;
    for (let at = start; at < end; at++) key[at - start] = bytes[at]!;
    return this.#keys[end - start]!;
  }

  upsert(report: Report): Outcome {
    const key = this.#keyOf(report.idBytes, report.idStart, report.idEnd);
    const slot = this.#held.ids.get(key);
    if (slot === undefined) {
      this.#create(key, report);
      return "created";
    }
    if (report.time < this.#times[slot * WORDS + TIME]!) return "stale";
    this.#update(slot, report);
    return "updated";
  }

  #create(key: Uint8Array, report: Report): void {
    const { ids, names } = this.#held;
    const region = this.#regionOf(report);
    const slot = this.#nextFree();
    const cell = cellOf(report.latitude, report.longitude);
    let timeHead: number | undefined;
    let cellHead: number | undefined;
    try {
      timeHead = this.#byTime.claim(report.time, slot);
      cellHead = this.#byCell.claim(cell, slot);
      names.set(slot, key);
      ids.set(key, slot);
    } catch (error) {
      names.delete(slot);
      if (cellHead !== undefined) this.#byCell.abandon(cell, cellHead);
      if (timeHead !== undefined) this.#byTime.abandon(report.time, timeHead);
      throw error;
    }
    if (slot === this.#free) this.#free = this.#integers[slot * WORDS + NEXT_IN_TIME]!;
    else this.#used++;
    this.#byTime.attach(slot, timeHead);
    this.#byCell.attach(slot, cellHead);
    this.#enter(region);
    this.#write(slot, region, report);
  }

  #update(slot: number, report: Report): void {
    const region = this.#regionOf(report);
    const before = this.#times[slot * WORDS + TIME]!;
    const { time } = report;
    const cellBefore = cellOf(this.#integers[slot * WORDS + LATITUDE]!, this.#integers[slot * WORDS + LONGITUDE]!);
    const cell = cellOf(report.latitude, report.longitude);
    if (time !== before) {
      const head = this.#byTime.claim(time, slot);
      // What follows asks for no memory, but for the cell.
      if (cell !== cellBefore) this.#moveToCell(slot, cellBefore, cell, time, head);
      this.#byTime.detach(before, slot);
      this.#byTime.attach(slot, head);
    } else if (cell !== cellBefore) this.#moveToCell(slot, cellBefore, cell, time, undefined);
    if (region !== this.#integers[slot * WORDS + REGION]) {
      this.#leave(this.#integers[slot * WORDS + REGION]!);
      this.#enter(region);
    }
    this.#write(slot, region, report);
  }

  /** Moves a slot to another cell; when there is no memory for that, what was claimed of its time is taken back. */
  #moveToCell(slot: number, before: number, cell: number, time: number, timeHead: number | undefined): void {
    let head: number;
    try {
      head = this.#byCell.claim(cell, slot);
    } catch (error) {
      if (timeHead !== undefined) this.#byTime.abandon(time, timeHead);
      throw error;
    }
    this.#byCell.detach(before, slot);
    this.#byCell.attach(slot, head);
  }

  #regionOf({ regionBytes, regionStart, regionEnd }: Report): number {
    const { regions, regionSizes } = this.#held;
    const region = regions.internBytes(regionBytes, regionStart, regionEnd);
    if (region >= regionSizes.length) regionSizes.length = region + 1;
    return region;
  }

  #enter(region: number): void {
    const sizes = this.#held.regionSizes;
    const size = sizes.get(region);
    if (size === 0) this.#regionsInUse++;
    sizes.set(region, size + 1);
  }

  #leave(region: number): void {
    const sizes = this.#held.regionSizes;
    const size = sizes.get(region) - 1;
    if (size === 0) this.#regionsInUse--;
    sizes.set(region, size);
  }

  /** Gives the names of regions without devices back once they are the most of all; a table of texts only grows. */
  #forgetRegions(): void {
    const { regions, regionSizes } = this.#held;
    if (regions.size - this.#regionsInUse <= this.#regionsInUse + MOST_EMPTY_REGIONS) return;
    const options = { allocator: this.#heap };
    const fewer = new StringTable(options);
    const sizes = new Vector(u32, options);
    const numbers = new Int32Array(regions.size);
    try {
      for (let region = 0; region < regions.size; region++) {
        const size = regionSizes.at(region) ?? 0;
        if (size === 0) continue;
        numbers[region] = fewer.internBytes(regions.view(region));
        sizes.push(size);
      }
    } catch (error) {
      fewer.dispose();
      sizes.dispose();
      // The store is full: the names go when there is room to copy the others.
      if (error instanceof AllocationError) return;
      throw error;
    }
    regions.dispose();
    regionSizes.dispose();
    this.#held = { ...this.#held, regions: fewer, regionSizes: sizes };
    this.#regionBytes = [];
    const words = this.#integers;
    for (let at = REGION; at < this.#used * WORDS; at += WORDS) {
      if (words[at] !== NONE) words[at] = numbers[words[at]!]!;
    }
  }

  #write(slot: number, region: number, { time, latitude, longitude, value, battery }: Report): void {
    this.#integers[slot * WORDS + REGION] = region;
    this.#times[slot * WORDS + TIME] = time;
    this.#integers[slot * WORDS + LATITUDE] = latitude;
    this.#integers[slot * WORDS + LONGITUDE] = longitude;
    this.#floats[slot * WORDS + VALUE] = value;
    this.#integers[slot * WORDS + BATTERY] = battery;
    if (time > this.newest) this.newest = time;
  }

  /** A slot that is free; it stays so until it is in the lists. */
  #nextFree(): number {
    if (this.#free !== NONE) return this.#free;
    const { rows, names } = this.#held;
    if (this.#used === rows.length) {
      const { length } = rows;
      try {
        names.resize(length + MORE_SLOTS);
        rows.resize(length + MORE_SLOTS);
      } catch (error) {
        names.resize(length);
        throw error;
      } finally {
        this.#takeRows();
      }
    }
    return this.#used;
  }

  #takeRows(): void {
    const { integers, times, floats } = this.#held.rows;
    this.#integers = integers;
    this.#times = times;
    this.#floats = floats;
    this.#byTime.useRows(integers);
    this.#byCell.useRows(integers);
  }

  find(bytes: Uint8Array, start: number, end: number, output: Output): boolean {
    const slot = this.#held.ids.get(this.#keyOf(bytes, start, end));
    if (slot === undefined) return false;
    const report = this.#report;
    report.idBytes = bytes;
    report.idStart = start;
    report.idEnd = end;
    this.#writeTo(output, slot);
    return true;
  }

  /** Writes a slot whose name is not at hand. */
  #show(slot: number, output: Output, distance?: number): void {
    const report = this.#report;
    report.idBytes = this.#id;
    report.idStart = 0;
    report.idEnd = this.#held.names.read(slot, this.#id);
    this.#writeTo(output, slot, distance);
  }

  #writeTo(output: Output, slot: number, distance?: number): void {
    const report = this.#report;
    const region = this.#integers[slot * WORDS + REGION]!;
    report.regionBytes = this.#regionBytes[region] ??= this.#held.regions.view(region).slice();
    report.regionEnd = report.regionBytes.length;
    report.time = this.#times[slot * WORDS + TIME]!;
    report.latitude = this.#integers[slot * WORDS + LATITUDE]!;
    report.longitude = this.#integers[slot * WORDS + LONGITUDE]!;
    report.value = this.#floats[slot * WORDS + VALUE]!;
    report.battery = this.#integers[slot * WORDS + BATTERY]!;
    output.report(report, distance);
  }

  delete(bytes: Uint8Array, start: number, end: number): boolean {
    const key = this.#keyOf(bytes, start, end);
    const slot = this.#held.ids.get(key);
    if (slot === undefined) return false;
    this.#forget(slot, key);
    return true;
  }

  #forget(slot: number, key: Uint8Array): void {
    this.#held.ids.delete(key);
    this.#held.names.delete(slot);
    this.#byTime.detach(this.#times[slot * WORDS + TIME]!, slot);
    this.#byCell.detach(
      cellOf(this.#integers[slot * WORDS + LATITUDE]!, this.#integers[slot * WORDS + LONGITUDE]!),
      slot,
    );
    this.#leave(this.#integers[slot * WORDS + REGION]!);
    this.#integers[slot * WORDS + REGION] = NONE;
    this.#integers[slot * WORDS + NEXT_IN_TIME] = this.#free;
    this.#free = slot;
  }

  expire(before: number, most: number): number {
    const { times, names } = this.#held;
    let count = 0;
    while (count < most) {
      const time = times.firstKey();
      if (time === undefined || time >= before) break;
      for (let slot = this.#byTime.first(time); slot !== NONE; slot = this.#byTime.first(time)) {
        this.#forget(slot, this.#keys[names.read(slot, this.#key)]!);
        count++;
      }
    }
    return count;
  }

  stale(since: number, limit: number, output: Output): void {
    const { times, names } = this.#held;
    const least = new Least<number>(limit, (a, b) => names.compare(a, b));
    for (const time of times.keys({ to: since })) {
      if (least.full) break;
      for (let slot = this.#byTime.first(time); slot !== NONE; slot = this.#byTime.after(slot)) least.offer(slot, time);
    }
    least.forEach((slot) => this.#show(slot, output));
  }

  nearby(latitude: number, longitude: number, radius: number, limit: number, output: Output): void {
    const { names } = this.#held;
    const least = new Least<number>(limit, (a, b) => names.compare(a, b));
    visitCells(latitude, longitude, radius, (first, last) => {
      for (let cell = first; cell <= last; cell++) {
        for (let slot = this.#byCell.first(cell); slot !== NONE; slot = this.#byCell.after(slot)) {
          const [north, east] = [
            this.#integers[slot * WORDS + LATITUDE]! / 1e6,
            this.#integers[slot * WORDS + LONGITUDE]! / 1e6,
          ];
          const distance = distanceBetween(latitude, longitude, north, east);
          if (distance <= radius) least.offer(slot, distance);
        }
      }
    });
    least.forEach((slot, distance) => this.#show(slot, output, distance));
  }

  *regions(memory: Memory): Generator<RegionValues> {
    const { regions, regionSizes } = this.#held;
    if (this.size === 0) return;
    // Where the values of each region begin, and where its next one goes.
    const starts = memory.integers(regionSizes.length + 1);
    starts[0] = 0;
    for (let region = 0; region < regionSizes.length; region++) {
      starts[region + 1] = starts[region]! + regionSizes.get(region);
    }
    const places = memory.integers(starts.length);
    places.set(starts);
    const values = memory.doubles(this.size);
    const [words, floats, end] = [this.#integers, this.#floats, this.#used * WORDS];
    for (let at = 0; at < end; at += WORDS) {
      const region = words[at + REGION]!;
      if (region !== NONE) values[places[region]!++] = floats[at + VALUE]!;
    }
    const order = Array.from(regionSizes.keys()).filter((region) => regionSizes.get(region) > 0);
    for (const region of order.sort((a, b) => regions.compare(a, b))) {
      yield { region: regions.get(region), values: values.subarray(starts[region], starts[region + 1]) };
    }
  }

  walk(memory: Memory): Walk {
    const { times, names } = this.#held;
    let time = -1;
    let slots = memory.integers(64);
    let count = 0;
    let at = 0;
    const gather = (): void => {
      count = at = 0;
      for (let slot = this.#byTime.first(time); slot !== NONE; slot = this.#byTime.after(slot)) {
        if (count === slots.length) {
          const longer = memory.integers(count * 2);
          longer.set(slots);
          slots = longer;
        }
        slots[count++] = slot;
      }
      slots.subarray(0, count).sort((a, b) => names.compare(a, b));
    };
    const next = (output: Output, length: number): boolean => {
      while (output.length < length) {
        if (at === count) {
          const following = time === 0xffffffff ? undefined : times.ceilingKey(time + 1);
          if (following === undefined) return false;
          time = following;
          gather();
        }
        const slot = slots[at++]!;
        // It may be free or have reported again since its turn was fixed.
        if (this.#integers[slot * WORDS + REGION] !== NONE && this.#times[slot * WORDS + TIME] === time) {
          this.#show(slot, output);
        }
      }
      return true;
    };
    return { next };
  }

  save(path: string): void {
    const { ids, rows, names, regions, regionSizes, times, cells } = this.#held;
    // The heap of the devices may be full.
    using heap = new Heap({ name: "snapshot" });
    using state = new Vector(f64, { allocator: heap });
    state.pushMany([this.size, this.newest, this.#used, this.#free]);
    writeSections(path, [
      () => state.toBytes(),
      () => ids.toBytes(),
      () => rows.toBytes(),
      () => names.short.toBytes(),
      () => names.long.toBytes(),
      () => regions.toBytes(),
      () => regionSizes.toBytes(),
      () => times.toBytes(),
      () => cells.toBytes(),
    ]);
  }

  load(path: string): void {
    const made: Disposable[] = [];
    try {
      const { state, ...held } = readSections(path, (next) => readContainers(this.#heap, next, made));
      const [devices, newest, used, free] = state.toArray();
      state.dispose();
      requireWhole(path, held, [devices!, used!, free!]);
      disposeAll(this.#held);
      this.#held = held;
      this.newest = newest!;
      this.#used = used!;
      this.#free = free!;
    } catch (error) {
      for (const container of made) container[Symbol.dispose]();
      throw error;
    }
    this.#regionsInUse = this.#held.regionSizes.subarray().reduce((count, size) => size > 0 ? count + 1 : count, 0);
    this.#byTime = new SlotLists(this.#held.times, NEXT_IN_TIME);
    this.#byCell = new SlotLists(this.#held.cells, NEXT_IN_CELL);
    this.#takeRows();
  }

  figures(): StoreFigures {
    return {
      liveBytes: this.#heap.liveBytes,
      containerBytes: Object.values(this.#held).reduce((sum, { bytes }) => sum + bytes, 0),
      limitBytes: this.#heap.limit + this.#arena.area.byteLength,
      scopes: this.#scopes,
    };
  }

  /** Too many devices are ours to refuse for good, too many requests at a time for a moment. */
  refusal(error: unknown): 507 | 503 | undefined {
    if (!(error instanceof AllocationError)) return undefined;
    return error.live + error.requested > error.limit ? 507 : 503;
  }

  close(): string {
    disposeAll(this.#held);
    const { liveBytes } = this.#heap;
    this.#heap.close();
    this.#devices.close();
    // A request may still wait for a client that sends nothing.
    this.#scopes.destroy();
    const { opened, destroyed, escapedBlocks, quarantinedBlocks } = this.#scopes;
    this.#arena.close();
    return `${opened} scopes opened, ${destroyed} destroyed; ${liveBytes} bytes live, ` +
      `${escapedBlocks} blocks escaped, ${quarantinedBlocks} in quarantine`;
  }
}
