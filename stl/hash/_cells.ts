import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Held, Rows, RowsClass } from "../rows/rows.ts";
import { lendBytes } from "../struct/lent_places.ts";
import { type Memory, NO_BYTES } from "../struct/memory.ts";

/** Values that every new one moves along while rows become longer; one would do to be done in time. */
const MOVES = 4;

/**
 * Values that are no single numbers, each under a handle that a table keeps as its raw value.
 *
 * As for tables, asking for memory may run code of the program: `put` and `set` do not ask, and return -1 when there
 * is no room; then `grow` does.
 */
export class Cells<V> {
  readonly #storage: Storage;
  readonly #Rows: RowsClass<V>;
  readonly #incremental: boolean;
  #rows: Rows<V>;
  /** While values move to longer rows, the ones before, where those from `#moved` to before `#end` still are. */
  #old: Rows<V> | undefined;
  #moved = 0;
  #end = 0;
  /** The handle that was dropped last, in whose row the one before is noted; -1 without any. */
  #free = -1;
  #freed = 0;
  #used = 0;
  /** Handles that there may be while rows become fewer. */
  #most = Infinity;
  /**
   * What accessors of the values look into, until any of them comes, goes or moves; none before the first one, and while
   * values are in two places.
   */
  lent: Memory | undefined;
  /** The same of longer rows and of the ones before, while values move. */
  #lentNew: Memory | undefined;
  #lentOld: Memory | undefined;
  /** Bytes from one value to the next, for accessors. */
  readonly rowBytes: number;

  /** Keeps them in rows of a class; when `incremental`, those grow a little at a time. */
  constructor(storage: Storage, Rows: RowsClass<V>, incremental: boolean) {
    this.#storage = storage;
    this.#Rows = Rows;
    this.#incremental = incremental;
    this.#rows = new Rows(storage, 0);
    this.rowBytes = this.#rows.rowBytes ?? 0;
  }

  /** Bytes of memory that are held. */
  get bytes(): number {
    return this.#rows.bytes + (this.#old?.bytes ?? 0);
  }

  /** The blocks that are held. */
  get views(): AnyView[] {
    return [...this.#rows.views, ...this.#old?.views ?? []];
  }

  /** Bytes of the loaded value. */
  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /**
   * Loads a value, to be kept by the next call; `refuse` is called when it is not of the kind. Runs code of the
   * program, as the value may, before it is loaded.
   */
  load(value: V, refuse: (value: unknown, label: string) => never): void {
    // Here, because nothing has changed yet when memory is refused.
    if (this.#incremental) this.#advance();
    if (!this.#rows.load(value)) refuse(value, this.#storage.label);
  }

  /** A copy of what is loaded, for {@linkcode Cells.reload} once code of the program has run. */
  hold(): Held {
    return this.#rows.hold();
  }

  /** Loads what {@linkcode Cells.hold} returned. */
  reload(held: Held): void {
    this.#rows.reload(held);
  }

  /** Gives back the memory that a long loaded value has taken. */
  unload(): void {
    this.#rows.unload();
  }

  #advance(): void {
    if (this.#old !== undefined) this.#move(MOVES);
    else if (this.#rows.roomLeft < 1 / 16 || this.#nextHandle() < 0) this.#begin();
  }

  #begin(): void {
    if (this.#used === 0) return;
    const before = this.#rows;
    this.#storage.requireOpen("grow", before.views[0]!, this.#used);
    const rows = new this.#Rows(this.#storage, 0);
    try {
      // Values that change while others move take new handles.
      rows.resize(Math.max(before.room, Math.ceil(this.#used * (this.#free < 0 ? 2 : 1.5))));
      rows.reserveFor(before);
    } catch (error) {
      rows.release();
      // Near the largest size grow() makes them longer by less.
      if (error instanceof RangeError && error.constructor === RangeError) return;
      throw error;
    }
    // A listener of the heap may have used the values meanwhile, or taken back some of what the longer rows have.
    const whole = rows.views.every(({ buffer }) => !buffer.detached);
    if (
      !whole || this.#rows !== before || this.#old !== undefined || this.#used >= rows.room || this.#storage.disposed
    ) return rows.release();
    this.#endLent();
    this.#old = before;
    this.#end = this.#used;
    this.#rows = rows;
  }

  #move(values: number): void {
    if (this.#old !== undefined) this.#endLent();
    for (let left = values; left > 0 && this.#old !== undefined; left--) {
      const old = this.#old;
      this.#storage.requireOpen("grow", old.views[0]!, this.#end);
      if (this.#moved === this.#end) return this.#leave();
      const length = old.byteLengthOf(this.#moved);
      if (this.#rows.hasRoomFor(length)) {
        this.#rows.take(old, this.#moved, this.#moved);
        this.#moved++;
        // This may run code of the program, so that everything is looked at again.
      } else this.#rows.makeRoomFor(length);
    }
    if (this.#old !== undefined && this.#moved === this.#end) this.#leave();
  }

  /** Gives back the rows before. */
  #leave(): void {
    this.#old?.release();
    this.#old = undefined;
    this.#moved = this.#end = 0;
  }

  /** Where accessors look for the value under a handle; it ends when any value comes, goes or moves. */
  memoryOf(handle: number): Memory {
    if (this.#old === undefined) return this.lent ??= this.#lend(this.#rows);
    if (this.#holderOf(handle) === this.#rows) return this.#lentNew ??= this.#lend(this.#rows);
    return this.#lentOld ??= this.#lend(this.#old);
  }

  /** The offset of the value under a handle in {@linkcode Cells.memoryOf} it. */
  offsetOf(handle: number): number {
    return handle * this.rowBytes;
  }

  #lend({ data }: Rows<V>): Memory {
    return lendBytes(data!, this.#storage);
  }

  #endLent(): void {
    if (this.lent !== undefined) this.lent.view = NO_BYTES;
    if (this.#lentNew !== undefined) this.#lentNew.view = NO_BYTES;
    if (this.#lentOld !== undefined) this.#lentOld.view = NO_BYTES;
    this.lent = this.#lentNew = this.#lentOld = undefined;
  }

  #holderOf(handle: number): Rows<V> {
    return handle < this.#end && handle >= this.#moved ? this.#old! : this.#rows;
  }

  /** The handle that {@linkcode Cells.put} will give to the loaded value; -1 when there is no room. */
  next(): number {
    const rows = this.#rows;
    return rows.hasRoomFor(rows.byteLength) ? this.#nextHandle() : -1;
  }

  #nextHandle(): number {
    // Freed handles wait while values move: those would be written over.
    if (this.#free >= 0 && this.#old === undefined) return this.#free;
    return this.#used < this.#rows.room && this.#used < this.#most ? this.#used : -1;
  }

  /** Keeps the loaded value under {@linkcode Cells.next}, which is not -1. */
  put(): void {
    const rows = this.#rows;
    if (this.lent !== undefined || this.#lentNew !== undefined || this.#lentOld !== undefined) this.#endLent();
    if (this.#free >= 0 && this.#old === undefined) {
      const handle = this.#free;
      this.#free = rows.noted(handle);
      this.#freed--;
      rows.store(handle);
    } else rows.store(this.#used++);
  }

  /** Replaces the value under a handle by the loaded one; returns the handle that it has then, -1 when there is no room. */
  set(handle: number): number {
    const rows = this.#rows;
    if (this.#holderOf(handle) !== rows) {
      const other = this.next();
      if (other < 0) return -1;
      this.put();
      this.drop(handle);
      return other;
    }
    if (!rows.hasRoomFor(rows.byteLength)) return -1;
    rows.drop(handle);
    rows.store(handle);
    return handle;
  }

  /** Asks for the memory that the loaded value needs to replace that under a handle, or without one to be put. */
  grow(replaced?: number): void {
    const { byteLength } = this.#rows;
    const stays = replaced !== undefined && this.#holderOf(replaced) === this.#rows;
    if (!stays && this.#nextHandle() < 0) this.reserve(Math.max(8, Math.ceil(this.#used * 1.5)));
    this.#rows.makeRoomFor(byteLength);
  }

  /** The value under a handle, as a copy. */
  get(handle: number): V {
    return this.#holderOf(handle).read(handle);
  }

  /** Bytes of the value under a handle. */
  byteLengthOf(handle: number): number {
    return this.#holderOf(handle).byteLengthOf(handle);
  }

  /** Forgets the value under a handle. */
  drop(handle: number): void {
    const rows = this.#holderOf(handle);
    this.#endLent();
    rows.drop(handle);
    rows.note(handle, this.#free);
    this.#free = handle;
    this.#freed++;
  }

  /** Makes room for `cells` values in all. */
  reserve(cells: number): void {
    this.#move(Infinity);
    if (cells <= Math.min(this.#rows.room, this.#most)) return;
    try {
      this.#rows.resize(cells);
    } finally {
      // A listener of the heap may have been lent what has moved since.
      this.#endLent();
    }
  }

  /** Gives back memory behind the last value. */
  shrinkToFit(): void {
    if (this.#freed === this.#used) return this.release();
    this.#move(Infinity);
    const most = this.#most;
    // What a listener of the heap adds meanwhile must not use what is about to go.
    this.#most = this.#used;
    try {
      this.#rows.resize(this.#used);
    } finally {
      this.#most = most;
      this.#endLent();
    }
    this.#rows.trim();
  }

  /** Forgets every value. */
  clear(): void {
    this.#endLent();
    this.#leave();
    this.#rows.clear(this.#used);
    this.#free = -1;
    this.#freed = this.#used = 0;
  }

  /** Gives back all memory. */
  release(): void {
    this.#endLent();
    this.#leave();
    this.#rows.release();
    this.#free = -1;
    this.#freed = this.#used = 0;
  }

  /** What they keep beside their blocks; see {@linkcode Cells.gather}. */
  get numbers(): number[] {
    return [this.#free, this.#freed, this.#used, ...this.#rows.numbers];
  }

  /** Takes over blocks, with the numbers of the cells that had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void {
    const [free, freed, used, ...ofRows] = numbers;
    this.#free = free!;
    this.#freed = freed!;
    this.#used = used!;
    this.#rows.takeOver(ofRows, views);
  }

  /** Bytes of the sections that `save` fills. */
  sizes(handles: Uint32Array): number[] {
    return this.#rows.sizes(handles.length, handles);
  }

  /** Gathers the values, as `sizes` and `save` need them; whether that was to be done, and code of the program may have run. */
  gather(): boolean {
    const scattered = this.#old !== undefined;
    this.#move(Infinity);
    return scattered;
  }

  /** Copies the values under `handles`. */
  save(sections: readonly Uint8Array<ArrayBuffer>[], handles: Uint32Array): void {
    this.#rows.save(sections, handles.length, handles);
  }

  /** Takes values from sections from `section` on, each under its index. */
  restore(reader: ByteReader, section: number): void {
    this.#rows.restore(reader, section, false);
    this.#used = reader.count;
  }

  /** Forgets the memory, which others have taken back. */
  forget(): void {
    this.#endLent();
    this.#rows.forget();
    this.#old?.forget();
    this.#old = undefined;
    this.#moved = this.#end = 0;
    this.#free = -1;
    this.#freed = this.#used = 0;
  }
}
