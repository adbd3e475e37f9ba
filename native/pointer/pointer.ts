import { backend } from "../../ffi/runtime/backend.ts";
import type { Address, Handle } from "../../ffi/types.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import type { AnyElement, InferElement } from "../../stl/elements/element.ts";
import { Opaque } from "./opaque.ts";

/** What a pointer can lead to: an element such as `u8` or a struct, something opaque, or anything (`void*`). */
export type Target = AnyElement | Opaque | undefined;

/** What the runtime takes for a pointer; not part of the public interface. */
export let handleOf: (pointer: Pointer<Target>) => Handle;

/** What the runtime takes for a pointer where bytes are expected; not part of the public interface. */
export let bufferOf: (pointer: Pointer<Target>) => unknown;

/** Whether a value is a pointer, of whatever target; not part of the public interface. */
export let isPointer: (value: unknown) => value is Pointer<Target>;

/** The pointer of what C returned; not part of the public interface. */
export let makePointer: <T extends Target>(handle: Handle, target: T) => Pointer<T>;

/** What messages call a target. */
export function nameOfTarget(target: Target): string {
  return target === undefined ? "anything" : target.name;
}

/**
 * An address that C gave, and what is there. It goes back to C as it is; nobody knows how long it is good.
 *
 * **UNSAFE** where memory behind it is read, by {@linkcode Pointer.read}, `lend` or `readCString`: the process ends where
 * there is none.
 */
export class Pointer<T extends Target = undefined> {
  readonly #handle: Handle;
  #buffer: unknown = undefined;
  /** What is there: `undefined` for anything (`void*`). */
  readonly target: T;

  static {
    handleOf = (pointer) => pointer.#handle;
    // One byte, because where it begins is all that C is told.
    bufferOf = (pointer) => pointer.#buffer ??= backend().toBuffer(pointer.#handle);
    isPointer = (value): value is Pointer<Target> => typeof value === "object" && value !== null && #handle in value;
    makePointer = (handle, target) => new Pointer(PRIVATE, handle, target);
  }

  private constructor(key: typeof PRIVATE, handle: Handle, target: T) {
    requirePrivate(key, "Pointer", "functions of C return pointers, and Pointer.at() makes them");
    this.#handle = handle;
    this.target = target;
  }

  /**
   * The pointer of an address that the program got as a number.
   *
   * Throws `RangeError` for what is no address: 0, or no integer below 2^53.
   */
  static at<T extends Target = undefined>(address: Address, target?: T): Pointer<T> {
    const handle = Number.isSafeInteger(address) && address > 0 ? backend().toHandle(address) : null;
    if (handle === null) {
      throw new RangeError(`Cannot make a pointer to address ${String(address)}: expected an integer from 1 to 2^53`);
    }
    return new Pointer(PRIVATE, handle, target as T);
  }

  /** The address as a number. */
  get address(): Address {
    return backend().toAddress(this.#handle);
  }

  /** The same address as a pointer to something else: a cast in C. */
  as<U extends Target>(target: U): Pointer<U> {
    return new Pointer(PRIVATE, this.#handle, target);
  }

  /** Whether `other` is the same address. */
  equals(other: Pointer<Target>): boolean {
    if (!isPointer(other)) refuseArgument(other, "compare a pointer", "a Pointer");
    return this.address === other.address;
  }

  /**
   * A copy of what is there. **UNSAFE**: it reads that memory.
   *
   * Throws `TypeError` when it leads to something opaque or to anything, and what the element throws.
   */
  read(): T extends AnyElement ? InferElement<T> : never {
    const target: Target = this.target;
    if (target === undefined || target instanceof Opaque) {
      throw new TypeError(`Cannot read ${nameOfTarget(target)} behind a pointer: only C knows how many bytes it has`);
    }
    const view = new DataView(backend().wrap(this.#handle, 0, target.byteLength));
    return target.read(view, 0) as T extends AnyElement ? InferElement<T> : never;
  }
}
