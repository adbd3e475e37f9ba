import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Rows, RowsClass } from "../rows/rows.ts";

const noHandles = new Uint32Array(0);

/** Values that every new one moves along while rows become longer; one would do to be done in time. */
const MOVES = 4;

/** Values that are no single numbers, each under a handle that a table keeps as its raw value. */
export class Cells<V> {
  readonly #storage: Storage;
  readonly #Rows: RowsClass<V>;
  readonly #incremental: boolean;
  #rows: Rows<V>;
  /** While values move to longer rows, the ones before, where those from `#moved` to before `#end` still are. */
  #old: Rows<V> | undefined;
  #moved = 0;
  #end = 0;
  #freed: Uint32Array<ArrayBuffer> = noHandles;
  #free = 0;
  #used = 0;
  #room = 0;

  /** Keeps them in rows of a class; when `incremental`, those grow a little at a time. */
  constructor(storage: Storage, Rows: RowsClass<V>, incremental: boolean) {
    this.#storage = storage;
    this.#Rows = Rows;
    this.#incremental = incremental;
    this.#rows = new Rows(storage, 0);
  }

  /** Bytes of memory that are held. */
  get bytes(): number {
    return this.#rows.bytes + (this.#old?.bytes ?? 0) + this.#freed.byteLength;
  }

  /** The blocks that are held. */
  get views(): AnyView[] {
    return [this.#freed, ...this.#rows.views, ...this.#old?.views ?? []];
  }

  /** Bytes of the loaded value. */
  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /** Loads a value, to be kept by the next call; `refuse` is called when it is not of the kind. */
  load(value: V, refuse: (value: unknown, label: string) => never): void {
    // Here, because nothing has changed yet when memory is refused.
    if (this.#incremental) this.#advance();
    if (!this.#rows.load(value)) refuse(value, this.#storage.label);
  }

  #advance(): void {
    if (this.#old !== undefined) this.#move(MOVES);
    else if (this.#rows.roomLeft < 1 / 16 || (this.#free === 0 && this.#used === this.#room)) this.#begin();
  }

  #begin(): void {
    if (this.#used === 0) return;
    this.#storage.requireOpen("grow", this.#rows.views[0]!, this.#used);
    const rows = new this.#Rows(this.#storage, 0);
    // Values that change while others move take new handles.
    const room = Math.max(this.#room, Math.ceil(this.#used * (this.#free === 0 ? 2 : 1.5)));
    try {
      rows.resize(room, 0);
      rows.reserveFor(this.#rows);
    } catch (error) {
      rows.release();
      // Near the largest size put() makes them longer by less.
      if (error instanceof RangeError && error.constructor === RangeError) return;
      throw error;
    }
    this.#old = this.#rows;
    this.#end = this.#used;
    this.#rows = rows;
    this.#room = room;
  }

  #move(values: number): void {
    const old = this.#old;
    if (old === undefined) return;
    this.#storage.requireOpen("grow", old.views[0]!, this.#end);
    for (let left = values; left > 0 && this.#moved < this.#end; left--) {
      this.#rows.take(old, this.#moved, this.#moved);
      this.#moved++;
    }
    if (this.#moved === this.#end) this.#leave();
  }

  /** Gives back the rows before. */
  #leave(): void {
    this.#old?.release();
    this.#old = undefined;
    this.#moved = this.#end = 0;
  }

  #holderOf(handle: number): Rows<V> {
    return handle < this.#end && handle >= this.#moved ? this.#old! : this.#rows;
  }

  /** Keeps the loaded value. */
  put(): number {
    // Freed handles wait while values move: those would be written over.
    const reuse = this.#free > 0 && this.#old === undefined;
    if (!reuse && this.#used === this.#room) this.reserve(Math.max(8, Math.ceil(this.#room * 1.5)));
    this.#rows.prepare();
    const handle = reuse ? this.#freed[--this.#free]! : this.#used++;
    this.#rows.store(handle);
    return handle;
  }

  /** Replaces the value under a handle by the loaded one; returns the handle that this has then. */
  set(handle: number): number {
    if (this.#holderOf(handle) !== this.#rows) {
      this.prepareDrop();
      const other = this.put();
      this.drop(handle);
      return other;
    }
    this.#rows.prepare();
    this.#rows.drop(handle);
    this.#rows.store(handle);
    return handle;
  }

  /** The value under a handle, as a copy. */
  get(handle: number): V {
    return this.#holderOf(handle).read(handle);
  }

  /** Bytes of the value under a handle. */
  byteLengthOf(handle: number): number {
    return this.#holderOf(handle).byteLengthOf(handle);
  }

  /** Makes room to drop one more value, so that dropping does not fail half way. */
  prepareDrop(): void {
    if (this.#free < this.#freed.length) return;
    this.#freed = this.#storage.grow(Uint32Array, this.#freed, Math.max(8, this.#free + 1));
  }

  /** Forgets the value under a handle, after {@linkcode Cells.prepareDrop}. */
  drop(handle: number): void {
    this.#holderOf(handle).drop(handle);
    this.#freed[this.#free++] = handle;
  }

  /** Makes room for `cells` values in all. */
  reserve(cells: number): void {
    if (cells <= this.#room) return;
    this.#move(Infinity);
    this.#rows.resize(cells, this.#used);
    this.#room = cells;
  }

  /** Gives back memory behind the last value. */
  shrinkToFit(): void {
    if (this.#free === this.#used) return this.release();
    this.#move(Infinity);
    // When it fails half way, less room is left than before.
    this.#room = this.#used;
    this.#rows.resize(this.#used, this.#used);
  }

  /** Forgets every value. */
  clear(): void {
    this.#leave();
    this.#rows.clear(this.#used);
    this.#free = this.#used = 0;
  }

  /** Gives back all memory. */
  release(): void {
    this.#leave();
    this.#rows.release();
    this.#freed = this.#storage.resize(Uint32Array, this.#freed, 0);
    this.#free = this.#used = this.#room = 0;
  }

  /** Bytes of the sections that `save` fills. */
  sizes(handles: Uint32Array): number[] {
    this.#move(Infinity);
    return this.#rows.sizes(handles.length, handles);
  }

  /** Copies the values under `handles`. */
  save(sections: readonly Uint8Array<ArrayBuffer>[], handles: Uint32Array): void {
    this.#rows.save(sections, handles.length, handles);
  }

  /** Takes values from sections from `section` on, each under its index. */
  restore(reader: ByteReader, section: number): void {
    this.#rows.restore(reader, section, false);
    this.#used = this.#room = reader.count;
  }

  /** Forgets the memory, which others have taken back. */
  forget(): void {
    this.#rows.forget();
    this.#old = undefined;
    this.#moved = this.#end = 0;
    this.#freed = noHandles;
    this.#free = this.#used = this.#room = 0;
  }
}
