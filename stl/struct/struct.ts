import type { Allocator, AnyView } from "../../heaps/allocator.ts";
import { checkNames } from "../core/check_options.ts";
import { liveExtentOf } from "../core/plain_view.ts";
import { shown } from "../core/refuse.ts";
import { Compound } from "./compound.ts";
import { type FieldLayout, type Fields, type Layout, layOut } from "./layout.ts";
import { MEMORY, Memory, OFFSET, type Place } from "./memory.ts";
import { reference } from "./reference.ts";
import { refuseSurplus } from "./surplus.ts";
import type { Accessor, StructInput, StructObject } from "./struct_types.ts";

/** Options of {@linkcode struct}. */
export interface StructOptions {
  /**
   * What messages call it.
   *
   * @default {"struct"}
   */
  readonly name?: string;
  /**
   * Whether fields follow each other without padding, as with `__attribute__((packed))` in C.
   *
   * @default {false}
   */
  readonly packed?: boolean;
}

/** Any struct, for constraints of type parameters. */
// deno-lint-ignore no-explicit-any -- accessors take and give fields, so only any admits every struct
export type AnyStruct = Struct<any>;

/** The fields of the struct `S`. */
export type FieldsOf<S extends AnyStruct> = S extends Struct<infer F> ? F : never;

/** The accessor of the struct `S`. */
export type AccessorOf<S extends AnyStruct> = Accessor<FieldsOf<S>>;

/** The layout of a record in memory, made by {@linkcode struct}, with the class of its accessors. */
export class Struct<F extends Fields> extends Compound<StructObject<F>, StructInput<F> | Accessor<F>, Accessor<F>> {
  readonly #byName: ReadonlyMap<string, FieldLayout>;

  /** Lays out `fields`; see {@linkcode struct}. */
  constructor(fields: F, options: StructOptions = {}) {
    const { name = "struct", packed = false } = options;
    checkNames("struct", options, ["name", "packed"]);
    // Its own accessors are needed first when a reference is followed.
    const self = reference(() => target[0] as AnyStruct);
    const target: unknown[] = [];
    const layout = layOut(fields, packed, self);
    super({ name, layout, text: () => layoutText(layout) });
    target.push(this);
    this.#byName = new Map(layout.fields.map((field) => [field.name, field]));
  }

  /**
   * The field `name`.
   *
   * Throws `RangeError` when there is none.
   */
  field(name: keyof F & string): FieldLayout {
    const found = this.#byName.get(name);
    if (found !== undefined) return found;
    throw new RangeError(
      `Cannot find field ${String(name)} of ${this.name}: it has ${[...this.#byName.keys()].join(", ")}`,
    );
  }

  /** The offset of a field in bytes: `offsetof` in C. Throws `RangeError` when there is none of that name. */
  offsetOf(name: keyof F & string): number {
    return this.field(name).byteOffset;
  }

  /** The bytes of a field: `sizeof` in C. Throws `RangeError` when there is none of that name. */
  sizeOf(name: keyof F & string): number {
    return this.field(name).byteLength;
  }

  /** The alignment of a field by itself: `alignof` in C. Throws `RangeError` when there is none of that name. */
  alignOf(name: keyof F & string): number {
    return this.field(name).element.alignment;
  }

  /**
   * An accessor of a new struct in a block of its own, filled from `value` or with zeros. {@linkcode Struct.free} gives
   * it back.
   *
   * Throws `TypeError` when a field of `value` is missing or none of the struct, and what `allocator` throws.
   */
  create(allocator: Allocator, value?: StructInput<F>): Accessor<F> {
    refuseSurplus(this, value);
    const view = allocator.allocateZeroed(DataView, this.byteLength);
    if (value !== undefined) this.#fillNew(allocator, view, value);
    return this.open(new Memory(view, this.name, true), 0);
  }

  #fillNew(allocator: Allocator, view: DataView<ArrayBuffer>, value: StructInput<F>): void {
    try {
      this.write(view, 0, value);
    } catch (error) {
      allocator.free(view);
      throw error;
    }
  }

  /**
   * Gives back a struct that {@linkcode Struct.create} made; its accessors throw `ClosedError` from then on.
   *
   * Throws `TypeError` for any other accessor, and what `allocator` throws.
   */
  free(allocator: Allocator, accessor: Accessor<F>): void {
    if (!this.isAccessor(accessor)) {
      throw new TypeError(`Cannot free ${shown(accessor)} as a ${this.name}: expected an accessor of one`);
    }
    const { [MEMORY]: memory, [OFFSET]: byteOffset } = accessor as unknown as Place;
    if (!memory.alone || byteOffset !== 0) {
      throw new TypeError(`Cannot free this ${this.name} alone: it is a part of a ${memory.label}`);
    }
    allocator.free(memory.view);
    memory.view = new DataView(new ArrayBuffer(0));
  }

  /**
   * An accessor of the bytes of any view, from `byteOffset` on.
   *
   * Throws `RangeError` when a struct does not fit there, `TypeError` for what is no view, `ClosedError` when its memory
   * was taken back.
   */
  at(view: AnyView, byteOffset = 0): Accessor<F> {
    const whole = liveExtentOf(view, `see a ${this.name} in`);
    if (!(Number.isSafeInteger(byteOffset) && byteOffset >= 0 && byteOffset + this.byteLength <= whole.byteLength)) {
      throw new RangeError(
        `Cannot see a ${this.name} at byte ${
          shown(byteOffset)
        }: it has ${this.byteLength} bytes, the view ${whole.byteLength}`,
      );
    }
    const bytes = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    return this.open(new Memory(bytes, "view"), byteOffset);
  }
}

function layoutText({ fields, byteLength, alignment }: Layout): string {
  const parts = fields.map(({ name, element, byteOffset }) =>
    `${JSON.stringify(name)}@${byteOffset}:${element.layout}`
  );
  return `struct(${byteLength}/${alignment}){${parts.join(",")}}`;
}

/**
 * The layout of a record in memory, as a C compiler makes it: each field at the next multiple of its alignment. The
 * types of values are inferred from the fields.
 *
 * Accessors read and write the memory itself; numbers that are out of range wrap around, as they do in typed arrays.
 *
 * Throws `TypeError` without fields, for a field that is not an element, and for one called `toObject`, `toJSON`,
 * `assign`, `equals` or by an integer, which JavaScript would move before the others, and for an option that there is
 * not; `RangeError` for more bytes than a block can have. Making one takes about 0.2 ms for each field; those with more
 * than 256 fields are made faster, and read and stored more slowly.
 *
 * Storing throws `TypeError` for a field that is missing or is given anything but a number, a bigint or a boolean as its
 * element takes, and names it. What has further fields is refused by `create`, by `pushMany` for the first value and by
 * `push` of a Vector for the first and each that makes it grow; elsewhere, where looking for them would take as long as
 * storing the others, they are left out.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, struct, u32, Vector } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Particle = struct({ x: f64, y: f64, id: u32 }, { name: "Particle" });
 * assert.deepEqual([Particle.byteLength, Particle.offsetOf("id")], [24, 16]);
 *
 * using heap = new Heap({ name: "particles" });
 * const particles = new Vector(Particle, { allocator: heap });
 * particles.push({ x: 1, y: 2, id: 7 });
 * const particle = particles.get(0);
 * particle.x += 0.5;
 * assert.deepEqual(particle.toObject(), { x: 1.5, y: 2, id: 7 });
 * ```
 */
export function struct<const F extends Fields>(fields: F, options?: StructOptions): Struct<F> {
  return new Struct(fields, options);
}
