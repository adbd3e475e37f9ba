import type { AnyView } from "../heaps/allocator.ts";
import type { ByteReader } from "./_byte_reader.ts";
import type { Rows } from "./_rows.ts";
import type { Storage } from "./_storage.ts";

const noHandles = new Uint32Array(0);

/** Values that are no single numbers, each under a handle that a table keeps as its raw value. */
export class Cells<V> {
  readonly #storage: Storage;
  readonly #rows: Rows<V>;
  #freed: Uint32Array<ArrayBuffer> = noHandles;
  #free = 0;
  #used = 0;
  #room = 0;

  /** Keeps them in `rows`, which are empty. */
  constructor(storage: Storage, rows: Rows<V>) {
    this.#storage = storage;
    this.#rows = rows;
  }

  /** Bytes of memory that are held. */
  get bytes(): number {
    return this.#rows.bytes + this.#freed.byteLength;
  }

  /** The blocks that are held. */
  get views(): AnyView[] {
    return [this.#freed, ...this.#rows.views];
  }

  /** Bytes of the loaded value. */
  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /** Loads a value, to be kept by the next call; `refuse` is called when it is not of the kind. */
  load(value: V, refuse: (value: unknown, label: string) => never): void {
    if (!this.#rows.load(value)) refuse(value, this.#storage.label);
  }

  /** Keeps the loaded value. */
  put(): number {
    if (this.#free === 0 && this.#used === this.#room) this.reserve(Math.max(8, Math.ceil(this.#room * 1.5)));
    this.#rows.prepare();
    const handle = this.#free > 0 ? this.#freed[--this.#free]! : this.#used++;
    this.#rows.store(handle);
    return handle;
  }

  /** Replaces the value under a handle by the loaded one. */
  set(handle: number): void {
    this.#rows.prepare();
    this.#rows.drop(handle);
    this.#rows.store(handle);
  }

  /** The value under a handle, as a copy. */
  get(handle: number): V {
    return this.#rows.read(handle);
  }

  /** Bytes of the value under a handle. */
  byteLengthOf(handle: number): number {
    return this.#rows.byteLengthOf(handle);
  }

  /** Makes room to drop one more value, so that dropping does not fail half way. */
  prepareDrop(): void {
    if (this.#free < this.#freed.length) return;
    this.#freed = this.#storage.grow(Uint32Array, this.#freed, Math.max(8, this.#free + 1));
  }

  /** Forgets the value under a handle, after {@linkcode Cells.prepareDrop}. */
  drop(handle: number): void {
    this.#rows.drop(handle);
    this.#freed[this.#free++] = handle;
  }

  /** Makes room for `cells` values in all. */
  reserve(cells: number): void {
    if (cells <= this.#room) return;
    this.#rows.resize(cells, this.#used);
    this.#room = cells;
  }

  /** Gives back memory behind the last value. */
  shrinkToFit(): void {
    if (this.#free === this.#used) return this.release();
    // When it fails half way, less room is left than before.
    this.#room = this.#used;
    this.#rows.resize(this.#used, this.#used);
  }

  /** Forgets every value. */
  clear(): void {
    this.#rows.clear(this.#used);
    this.#free = this.#used = 0;
  }

  /** Gives back all memory. */
  release(): void {
    this.#rows.release();
    this.#freed = this.#storage.resize(Uint32Array, this.#freed, 0);
    this.#free = this.#used = this.#room = 0;
  }

  /** Bytes of the sections that `save` fills. */
  sizes(handles: Uint32Array): number[] {
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
    this.#freed = noHandles;
    this.#free = this.#used = this.#room = 0;
  }
}
