import type { ByteReader } from "../bytes/byte_reader.ts";
import type { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { checkedCount } from "../core/indexes.ts";
import type { GivenParts, PARTS as APART, Parts, TAKE_OVER } from "../core/parts.ts";
import type { Storage } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";
import type { Keys, Memory, NO_BYTES, Place } from "../struct/memory.ts";
import type { Items, ItemsClass } from "./items.ts";
import type { SlotCursor, SlotMap, SlotMapOptions } from "./slot_map.ts";

/** A class of slot maps. */
export type SlotMapClass = new (element: AnyElement, options: SlotMapOptions) => SlotMap<AnyElement>;

/** What the class uses besides globals. */
export interface SlotMapParts<T> extends Keys {
  readonly APART: typeof APART;
  readonly Base: BaseClass;
  readonly Items: ItemsClass<T>;
  readonly Storage: typeof Storage;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly format: ElementFormat;
  readonly bytesOf: typeof bytesOf;
  readonly checkedCount: typeof checkedCount;
  readonly Memory: typeof Memory;
  readonly NO_BYTES: typeof NO_BYTES;
  /** Makes an accessor of a value; `undefined` where those have none. */
  readonly open: ((memory: Memory, byteOffset: number) => Place) | undefined;
  /** Bytes of a value. */
  readonly byteLength: number;
  readonly refuseCursor: () => never;
}

/** Makes the class of slot maps of one element. */
export function defineSlotMap<T>(parts: SlotMapParts<T>): SlotMapClass {
  const { Base, Items, Storage, format, bytesOf, checkedCount, Memory, NO_BYTES, open, byteLength, refuseCursor } =
    parts;
  const { APART, TAKE_OVER } = parts;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  /** A handle is generation * HIGH + place; generations have 21 bits, so handles are safe integers. */
  const HIGH = 2 ** 32;
  const RETIRED = 2 ** 21;

  let viewAt: (map: SlotMapOfElement, place: number, generation: number) => DataView<ArrayBuffer>;
  let stateAt: (map: SlotMapOfElement, view: DataView<ArrayBuffer>) => string;
  let placeOf: (map: SlotMapOfElement, handle: number) => number;
  let nextHandle: (map: SlotMapOfElement, place: number) => number;

  /** What an accessor of one value looks into: nothing, once that was deleted. */
  class SlotMemory implements Memory {
    /** That of the map: tests compare it. */
    readonly serial: number;
    readonly #map: SlotMapOfElement;
    generation: number;
    place: number;

    constructor(map: SlotMapOfElement, serial: number, generation: number, place: number) {
      this.serial = serial;
      this.#map = map;
      this.generation = generation;
      this.place = place;
    }

    get view(): DataView<ArrayBuffer> {
      return viewAt(this.#map, this.place, this.generation);
    }

    get label(): string {
      return "SlotMap";
    }

    /** References know a place, not a handle. */
    get id(): number {
      return -1;
    }

    get alone(): boolean {
      return false;
    }

    get storage(): Memory["storage"] {
      return { stateOf: (view) => stateAt(this.#map, view) };
    }
  }

  class Cursor extends Iterator<unknown, undefined, unknown> implements SlotCursor<unknown> {
    readonly #map: SlotMapOfElement;
    readonly #memory: SlotMemory;
    readonly #result: IteratorYieldResult<Place>;
    #next = 0;

    constructor(map: SlotMapOfElement, serial: number) {
      super();
      this.#map = map;
      this.#memory = new SlotMemory(map, serial, 0, 0);
      this.#result = { done: false, value: open!(this.#memory, 0) };
    }

    get handle(): number {
      if (this.#next > 0) return this.#memory.generation * HIGH + this.#memory.place;
      throw new RangeError("Cannot read the handle of a cursor over a SlotMap: it is at no value");
    }

    override next(): IteratorResult<unknown, undefined> {
      const handle = nextHandle(this.#map, this.#next);
      if (handle === 0) return { done: true, value: undefined };
      this.#moveTo(handle >>> 0, handle);
      return this.#result;
    }

    move(handle: number): Place {
      this.#moveTo(placeOf(this.#map, handle), handle);
      return this.#result.value;
    }

    #moveTo(place: number, handle: number): void {
      this.#next = place + 1;
      this.#memory.place = place;
      this.#memory.generation = (handle - place) / HIGH;
      this.#result.value[OFFSET] = place * byteLength;
    }
  }

  class SlotMapOfElement extends Base {
    static {
      viewAt = (map, place, generation) => map.#slots[place * 2] === generation ? map.#items.data : NO_BYTES;
      stateAt = (map, view) => map.#storage.closed ? map.#storage.stateOf(view, 1) ?? "" : "the value was deleted";
      nextHandle = (map, place) => map.#nextHandle(place);
      placeOf = (map, handle) => {
        const place = map.#placeOf(handle);
        return place < 0 ? map.#refuse("see", handle) : place;
      };
    }

    readonly element: AnyElement;
    readonly #storage: Storage;
    readonly #items: Items<T>;
    // Two words for each place: its generation, which is odd while it has a value, and the place + 1
    // that is free after it.
    #slots = new Uint32Array(0);
    /** Places from here on were never used, or were given back. */
    #used = 0;
    /** The place + 1 that is free first. */
    #free = 0;
    #size = 0;
    readonly #serial = new Memory(NO_BYTES, "SlotMap").serial;
    /** The generation of places that were given back is at most this. */
    #first = 0;

    constructor(element: AnyElement, options: SlotMapOptions) {
      const storage = new Storage("SlotMap", options);
      super(storage);
      this.#storage = storage;
      this.element = element;
      this.#items = new Items(storage);
      storage.reserveFirst(this, options.capacity ?? 0);
      this.#storage.watch(this, () => [this.#items.view, this.#slots]);
    }

    get capacity(): number {
      return Math.min(this.#items.capacity, this.#slots.length / 2);
    }

    get bytes(): number {
      return this.#items.bytes + this.#slots.byteLength;
    }

    get size(): number {
      return this.#size;
    }

    add(value: T): number {
      if (!Items.direct) this.#items.load(value);
      if (this.#free === 0) {
        if (this.#used >= this.capacity) this.#makeRoom();
        // A listener may have deleted some meanwhile.
        if (this.#free === 0) return this.#addBehind(value);
      }
      const place = this.#free - 1;
      if (place >= this.#items.capacity) this.#require("add to");
      this.#store(place, value);
      const slots = this.#slots;
      const generation = slots[place * 2]! + 1;
      slots[place * 2] = generation;
      this.#free = slots[place * 2 + 1]!;
      this.#size++;
      return generation * HIGH + place;
    }

    /** Stores a value, which is loaded already unless that is needless. */
    #store(place: number, value: T): void {
      if (Items.direct) this.#items.set(place, value);
      else this.#items.put(place);
    }

    #addBehind(value: T): number {
      const place = this.#used;
      this.#store(place, value);
      this.#slots[place * 2] = this.#first + 1;
      this.#used = place + 1;
      this.#size++;
      return (this.#first + 1) * HIGH + place;
    }

    /** Makes room for one more, unless a listener makes some. */
    #makeRoom(): void {
      const loaded = this.#items.takeOut();
      while (this.#free === 0 && this.#used >= this.capacity) {
        this.#require("add to");
        const places = Math.max(this.#used + 1, 8);
        if (places > this.#items.capacity) this.#items.grow(places);
        if (places * 2 > this.#slots.length) {
          this.#slots = this.#storage.replace(
            () => this.#slots,
            (slots) => this.#storage.grow(Uint32Array, slots, places * 2, 2),
          );
        }
      }
      this.#items.giveBack(loaded);
    }

    #require(action: string): void {
      this.#storage.requireOpen(action, this.#slots, this.#used);
    }

    /** The place of a handle's value; -1 when there is none. */
    #placeOf(handle: number): number {
      const place = typeof handle === "number" ? handle >>> 0 : 2 ** 32;
      const generation = this.#slots[place * 2];
      if (generation === undefined) this.#require("read");
      // What is free has an even generation, which no handle has.
      else if (place < this.#used && (generation & 1) === 1 && generation * HIGH + place === handle) return place;
      return -1;
    }

    get(handle: number): T | undefined {
      const place = this.#placeOf(handle);
      return place < 0 ? undefined : this.#items.get(place);
    }

    set(handle: number, value: T): this {
      this.#items.load(value);
      const place = this.#placeOf(handle);
      if (place < 0) this.#refuse("set", handle);
      this.#items.replace(place);
      return this;
    }

    #refuse(action: string, handle: number): never {
      this.#require(`${action} a value of`);
      throw new RangeError(
        `Cannot ${action} the value of ${String(handle)} in a SlotMap: it was deleted or never added, has() tells`,
      );
    }

    at(handle: number): unknown {
      const place = this.#placeOf(handle);
      if (place < 0) this.#refuse("see", handle);
      if (open === undefined) return this.#items.get(place);
      return open(new SlotMemory(this, this.#serial, this.#slots[place * 2]!, place), place * byteLength);
    }

    cursor(): SlotCursor<unknown> {
      if (open === undefined) return refuseCursor();
      this.#require("walk over");
      return new Cursor(this, this.#serial);
    }

    /** The first handle from a place on; 0 when there is none. */
    #nextHandle(start: number): number {
      if (this.#slots.length === 0) this.#require("read");
      for (let place = start; place < this.#used; place++) {
        const generation = this.#slots[place * 2]!;
        if ((generation & 1) === 1) return generation * HIGH + place;
      }
      return 0;
    }

    has(handle: number): boolean {
      return this.#placeOf(handle) >= 0;
    }

    delete(handle: number): boolean {
      const place = this.#placeOf(handle);
      if (place < 0) return false;
      this.#size--;
      this.#release(place);
      return true;
    }

    #release(place: number): void {
      const slots = this.#slots;
      const generation = slots[place * 2]! + 1;
      slots[place * 2] = generation;
      if (generation >= RETIRED) return;
      slots[place * 2 + 1] = this.#free;
      this.#free = place + 1;
    }

    clear(): void {
      this.#require("clear");
      for (let place = this.#used - 1; place >= 0; place--) {
        if ((this.#slots[place * 2]! & 1) === 1) this.#release(place);
      }
      this.#size = 0;
    }

    /** The handle at `place`; 0 when nothing is there. */
    #handleAt(place: number): number {
      const generation = this.#slots[place * 2];
      if (generation === undefined) this.#require("read");
      else if ((generation & 1) === 1) return generation * HIGH + place;
      return 0;
    }

    forEach(visit: (value: T, handle: number, map: this) => void): void {
      this.#storage.requireVisitor(visit);
      this.#require("read");
      for (let place = 0; place < this.#used; place++) {
        const handle = this.#handleAt(place);
        if (handle > 0) visit(this.#items.get(place), handle, this);
      }
    }

    *entries(): IterableIterator<[number, T]> {
      this.#require("read");
      for (let place = 0; place < this.#used; place++) {
        const handle = this.#handleAt(place);
        if (handle > 0) yield [handle, this.#items.get(place)];
      }
    }

    *keys(): IterableIterator<number> {
      this.#require("read");
      for (let place = 0; place < this.#used; place++) {
        const handle = this.#handleAt(place);
        if (handle > 0) yield handle;
      }
    }

    *values(): IterableIterator<T> {
      for (const [, value] of this.entries()) yield value;
    }

    [Symbol.iterator](): IterableIterator<[number, T]> {
      return this.entries();
    }

    toArray(): [number, T][] {
      return Array.from(this.entries());
    }

    reserve(capacity: number): void {
      this.#require("reserve memory for");
      checkedCount("reserve", capacity, "SlotMap");
      while (capacity > this.#items.capacity) this.#items.resize(capacity);
      while (capacity * 2 > this.#slots.length) {
        this.#slots = this.#storage.replace(
          () => this.#slots,
          (slots) => this.#storage.resize(Uint32Array, slots, capacity * 2),
        );
      }
    }

    shrinkToFit(): void {
      this.#require("shrink");
      this.#dropPlaces();
      const used = this.#used;
      this.#items.shrink(used);
      this.#storage.shrink(Uint32Array, this.#slots, used * 2, (slots) => {
        this.#slots = slots;
      });
    }

    /** Gives free places at the end back; places that come after them begin with later generations. */
    #dropPlaces(): void {
      const slots = this.#slots;
      let used = this.#used;
      // Later places must have generations left, so much used ones stay.
      for (; used > 0; used--) {
        const generation = slots[used * 2 - 2]!;
        if ((generation & 1) === 1 || generation > RETIRED / 2) break;
        this.#first = Math.max(this.#first, generation);
      }
      this.#used = used;
      this.#linkFree();
    }

    #linkFree(): void {
      const slots = this.#slots;
      this.#free = 0;
      for (let place = this.#used - 1; place >= 0; place--) {
        const generation = slots[place * 2]!;
        if ((generation & 1) === 1 || generation >= RETIRED) continue;
        slots[place * 2 + 1] = this.#free;
        this.#free = place + 1;
      }
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.#require("write");
      const { byteLength } = this.element;
      const all = bytesOf(this.#items.view);
      const generations = new Uint32Array(this.#used);
      for (let place = 0; place < generations.length; place++) generations[place] = this.#slots[place * 2]!;
      const copy = (into: Uint8Array): void => {
        let to = 0;
        for (const [start, end] of this.#runs()) {
          into.set(all.subarray(start * byteLength, end * byteLength), to);
          to += (end - start) * byteLength;
        }
      };
      return format.save(this.#size, copy, [generations], this.#first);
    }

    /** The ranges of places with values. */
    *#runs(): Generator<[start: number, end: number]> {
      for (let start = 0, end = 0; end < this.#used; start = ++end) {
        while (end < this.#used && (this.#slots[end * 2]! & 1) === 1) end++;
        if (end > start) yield [start, end];
      }
    }

    restore(reader: ByteReader): Storage {
      const values = format.values(reader);
      this.#restorePlaces(reader);
      const all = bytesOf(this.#items.view);
      const { byteLength } = this.element;
      let from = 0;
      for (const [start, end] of this.#runs()) {
        const next = from + (end - start) * byteLength;
        all.set(values.subarray(from, next), start * byteLength);
        from = next;
      }
      this.#size = reader.count;
      this.#linkFree();
      return this.#storage;
    }

    #restorePlaces(reader: ByteReader): void {
      const used = reader.bytes(1).length / 4;
      const generations = reader.column(1, Math.ceil(used), Uint32Array);
      if (reader.extra % 2 > 0 || reader.extra > RETIRED / 2) {
        reader.refuse(1, 0, `new places begin at ${reader.extra}, no even number up to ${RETIRED / 2}`);
      }
      this.reserve(used);
      let live = 0;
      for (let place = 0; place < used; place++) {
        const generation = generations[place]!;
        if (generation > RETIRED) reader.refuse(1, place * 4, `the generation ${generation} is above ${RETIRED}`);
        this.#slots[place * 2] = generation;
        live += generation & 1;
      }
      if (live !== reader.count) reader.refuseCount(`${live} places have a value`);
      this.#used = used;
      this.#first = reader.extra;
    }

    [APART](): Parts {
      this.#require("hand over");
      return {
        shape: format.shapeFor("hand over"),
        numbers: [this.#used, this.#free, this.#size, this.#first],
        views: [this.#items.view, this.#slots],
      };
    }

    [TAKE_OVER]({ numbers, views: [values, slots] }: GivenParts): void {
      this.#items.use(values);
      this.#slots = (slots as Uint32Array<ArrayBuffer> | undefined) ?? new Uint32Array(0);
      [this.#used, this.#free, this.#size, this.#first] = numbers as [number, number, number, number];
    }

    dispose(): void {
      this.#storage.dispose(this.#items.view, this.#slots);
      this.#items.forget();
      this.#slots = new Uint32Array(0);
      this.#used = this.#free = this.#size = 0;
    }
  }
  return SlotMapOfElement as unknown as SlotMapClass;
}
