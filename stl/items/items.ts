import type { AnyView } from "../../heaps/allocator.ts";
import { specialise } from "../core/specialise.ts";
import type { Storage } from "../core/storage.ts";
import { requireElement } from "../elements/check.ts";
import type { Element } from "../elements/element.ts";
import { NumberElement, type NumberViewConstructor } from "../elements/number_element.ts";
import { typeStoredAsIs } from "../elements/numbers.ts";

/** Values of one kind by index, side by side in one block or found from there. */
export interface Links<T> {
  /** How many values the block holds; 0 once its memory was taken back. */
  readonly capacity: number;
  /** Bytes of memory. */
  readonly bytes: number;
  /** Every block. */
  readonly views: AnyView[];
  /** What they keep beside the blocks. */
  readonly numbers: readonly number[];
  /** Takes over blocks, with the numbers of what had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
  /** The value at an index below the capacity. */
  get(index: number): T;
  /**
   * Keeps what is stored for a value, for {@linkcode Links.put} and {@linkcode Links.replace}; throws for one that
   * cannot be stored. It runs the getters of the value, which may change the container: indexes hold only from here on.
   */
  load(value: T): void;
  /** Stores what was loaded last at an index without a value. */
  put(index: number): void;
  /** Stores what was loaded last in the place of the value at an index. */
  replace(index: number): void;
  /** Ends the value at an index. */
  drop(index: number): void;
  /** Copies `count` values that begin at `from` to where `to` is; they may overlap. */
  move(to: number, from: number, count: number): void;
  /**
   * Changes the capacity to `capacity`, which is more than it was. Asking for memory may run a listener that uses the
   * container: everything is to be looked at again afterwards, the capacity too.
   */
  resize(capacity: number): void;
  /** Changes it to at least `capacity`, and to twice of what it was while memory allows; see {@linkcode Links.resize}. */
  grow(capacity: number): void;
  /** Ends all values; the memory stays. */
  clear(): void;
  /** Forgets the memory, which was taken back. */
  forget(): void;
  /** Whether there is room for what was loaded last, besides that of the capacity. */
  hasRoom(): boolean;
  /** Asks for the memory that {@linkcode Links.hasRoom} misses. */
  makeRoom(): void;
  /** What was loaded last, for {@linkcode Links.giveBack} after memory was asked for: listeners load values, too. */
  takeOut(): unknown;
  /** Loads what was taken out once more. */
  giveBack(loaded: unknown): void;
}

/** Makes empty links of one kind. */
export type LinksClass<T> = new (storage: Storage) => Links<T>;

/** Values of one element side by side in one block, by index. */
export interface Items<T> extends Links<T> {
  /** The block. */
  readonly view: Uint8Array<ArrayBuffer>;
  /** The bytes of all values that are no numbers, as long as the block lives. */
  readonly data: DataView<ArrayBuffer>;
  /** Stores a value at an index below the capacity; when it throws nothing has changed. */
  set(index: number, value: T): void;
  /** Keeps a copy of the value at an index for {@linkcode Links.put}. */
  hold(index: number): void;
  /** Takes over a block of as many values as it has room for; `undefined` stands for none. */
  use(view: AnyView | undefined): void;
  /** Changes the capacity to `capacity`, which is less than it was; there is no room behind that for listeners meanwhile. */
  shrink(capacity: number): void;
}

/** Makes empty items of one element. */
export interface ItemsClass<T> {
  new (storage: Storage): Items<T>;
  /** Whether values have no getters, so that `set` need not be two steps: `load` and `put`. */
  readonly direct: boolean;
}

interface Numbers<S> extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  [index: number]: S;
  copyWithin(target: number, start: number, end: number): this;
}

interface NumberItemsParts<T> {
  readonly element: NumberElement<T, NumberViewConstructor>;
  /** Whether numbers are stored as they are given, so that `encode`, which all classes share, need not be called. */
  readonly keepsNumbers: boolean;
}

function defineNumberItems<T, S>({ element, keepsNumbers }: NumberItemsParts<T>): ItemsClass<T> {
  const { viewType, encode, decode } = element;
  const type = viewType as unknown as new (buffer: ArrayBuffer) => Numbers<S>;
  const toStored = encode as unknown as (value: T) => S;
  const fromStored = decode as unknown as (stored: S) => T;
  const scratch = new type(new ArrayBuffer(viewType.BYTES_PER_ELEMENT));

  return class NumberItems implements Items<T> {
    static readonly direct = true;
    readonly #storage: Storage;
    #view = new type(new ArrayBuffer(0));
    #held: S | undefined;

    constructor(storage: Storage) {
      this.#storage = storage;
    }

    get capacity(): number {
      return this.#view.length;
    }

    get bytes(): number {
      return this.#view.byteLength;
    }

    get view(): Uint8Array<ArrayBuffer> {
      return this.#view as unknown as Uint8Array<ArrayBuffer>;
    }

    get data(): DataView<ArrayBuffer> {
      throw new TypeError("Cannot look into a block of numbers: they have no accessors");
    }

    get views(): AnyView[] {
      return [this.#view as unknown as AnyView];
    }

    get numbers(): readonly number[] {
      return [];
    }

    takeOver(_: readonly number[], [view]: readonly (AnyView | undefined)[]): void {
      this.use(view);
    }

    get(index: number): T {
      return fromStored(this.#view[index]!);
    }

    set(index: number, value: T): void {
      this.#view[index] = keepsNumbers && typeof value === "number" ? value as S & T : toStored(value);
    }

    load(value: T): void {
      scratch[0] = toStored(value);
      this.#held = scratch[0];
    }

    hold(index: number): void {
      this.#held = this.#view[index];
    }

    put(index: number): void {
      this.#view[index] = this.#held!;
    }

    replace(index: number): void {
      this.#view[index] = this.#held!;
    }

    drop(): void {
      // A number needs no end.
    }

    hasRoom(): boolean {
      return true;
    }

    makeRoom(): void {
      // Every index has room for every number.
    }

    move(to: number, from: number, count: number): void {
      if (count === 1) this.#view[to] = this.#view[from]!;
      else this.#view.copyWithin(to, from, from + count);
    }

    takeOut(): unknown {
      return this.#held;
    }

    giveBack(loaded: unknown): void {
      this.#held = loaded as S;
    }

    resize(capacity: number): void {
      this.#view = this.#storage.replace(() => this.#view, (view) => this.#storage.resize(type, view, capacity));
    }

    grow(capacity: number): void {
      this.#view = this.#storage.replace(() => this.#view, (view) => this.#storage.grow(type, view, capacity));
    }

    shrink(capacity: number): void {
      this.#storage.shrink(type, this.#view, capacity, (view) => {
        this.#view = view;
      });
    }

    use(view: AnyView | undefined): void {
      this.#view = (view as unknown as Numbers<S> | undefined) ?? new type(new ArrayBuffer(0));
    }

    clear(): void {
      // As drop().
    }

    forget(): void {
      this.use(undefined);
    }
  };
}

function defineElementItems<T>({ byteLength, read, write }: Element<T>): ItemsClass<T> {
  return class ElementItems implements Items<T> {
    static readonly direct = false;
    readonly #storage: Storage;
    // A value that cannot be stored whole leaves the one before it as it is.
    readonly #scratch = new Uint8Array(byteLength);
    readonly #scratchData = new DataView(this.#scratch.buffer);
    #loads = 0;
    // The length of a DataView whose memory was taken back throws; that of an array is 0.
    #view = new Uint8Array(0);
    #data = new DataView(this.#view.buffer);

    constructor(storage: Storage) {
      this.#storage = storage;
    }

    get capacity(): number {
      return Math.floor(this.#view.length / byteLength);
    }

    get bytes(): number {
      return this.#view.byteLength;
    }

    get view(): Uint8Array<ArrayBuffer> {
      return this.#view;
    }

    get data(): DataView<ArrayBuffer> {
      return this.#data;
    }

    get views(): AnyView[] {
      return [this.#view];
    }

    get numbers(): readonly number[] {
      return [];
    }

    takeOver(_: readonly number[], [view]: readonly (AnyView | undefined)[]): void {
      this.use(view);
    }

    get(index: number): T {
      return read(this.#data, index * byteLength);
    }

    set(index: number, value: T): void {
      this.load(value);
      this.put(index);
    }

    load(value: T): void {
      const load = ++this.#loads;
      write(this.#scratchData, 0, value);
      if (load === this.#loads) return;
      throw new Error(`Cannot store a value in a ${this.#storage.label}: a getter of it stored another one there`);
    }

    hold(index: number): void {
      const scratch = this.#scratch;
      for (let at = 0, from = index * byteLength; at < byteLength; at++) scratch[at] = this.#view[from + at]!;
    }

    put(index: number): void {
      this.#view.set(this.#scratch, index * byteLength);
    }

    replace(index: number): void {
      this.#view.set(this.#scratch, index * byteLength);
    }

    drop(): void {
      // Bytes need no end.
    }

    hasRoom(): boolean {
      return true;
    }

    makeRoom(): void {
      // Every index has room for every value.
    }

    move(to: number, from: number, count: number): void {
      this.#view.copyWithin(to * byteLength, from * byteLength, (from + count) * byteLength);
    }

    takeOut(): unknown {
      return this.#scratch.slice();
    }

    giveBack(loaded: unknown): void {
      this.#scratch.set(loaded as Uint8Array);
    }

    resize(capacity: number): void {
      const bytes = capacity * byteLength;
      this.use(this.#storage.replace(() => this.#view, (view) => this.#storage.resize(Uint8Array, view, bytes)));
    }

    grow(capacity: number): void {
      const bytes = capacity * byteLength;
      this.use(
        this.#storage.replace(() => this.#view, (view) => this.#storage.grow(Uint8Array, view, bytes, byteLength)),
      );
    }

    shrink(capacity: number): void {
      this.#storage.shrink(Uint8Array, this.#view, capacity * byteLength, (view) => this.use(view));
    }

    use(given: AnyView | undefined): void {
      const view = (given as Uint8Array<ArrayBuffer> | undefined) ?? new Uint8Array(0);
      this.#view = view;
      // None can be made over memory that a listener took away.
      this.#data = view.byteLength === 0
        ? new DataView(new ArrayBuffer(0))
        : new DataView(view.buffer, view.byteOffset, view.byteLength);
    }

    clear(): void {
      // As drop().
    }

    forget(): void {
      this.use(undefined);
    }
  };
}

const classes = new WeakMap<object, ItemsClass<unknown>>();

/** The class of items of `element`, made once; throws `TypeError` for what is not an element. */
export function itemsOf<T>(element: Element<T>, label: string): ItemsClass<T> {
  let Class = classes.get(element);
  if (Class === undefined) {
    requireElement(`a ${label}`, element);
    Class = element instanceof NumberElement
      ? specialise(defineNumberItems)({ element, keepsNumbers: typeStoredAsIs(element) === "number" }) as ItemsClass<
        unknown
      >
      : specialise(defineElementItems)(element) as ItemsClass<unknown>;
    classes.set(element, Class);
  }
  return Class as ItemsClass<T>;
}
