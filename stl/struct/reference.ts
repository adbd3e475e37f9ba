import { ClosedError } from "../../heaps/allocator.ts";
import { requireFunction, shown } from "../core/refuse.ts";
import type { Element } from "../elements/element.ts";
import { idOf, isEnded, MEMORY, type Memory, memoryOf, OFFSET, type Place } from "./memory.ts";
import type { InferPlace } from "./property.ts";
import type { SelfReference } from "./self_reference.ts";
import type { Compound } from "./compound.ts";

/** Any struct that a reference can lead to. */
// deno-lint-ignore no-explicit-any -- accessors take and give fields, so only any admits every one
export type AnyTarget = Compound<any, any, any>;

function refuse(): never {
  throw new ClosedError("Cannot follow a reference: the memory of its target was taken back");
}

function refuseEnded(): never {
  throw new ClosedError("Cannot refer to a struct whose memory was taken back");
}

/** What a reference finds; what it names may lie behind the end of memory that became shorter. */
function open(struct: AnyTarget, memory: Memory, byteOffset: number): unknown {
  const { byteLength } = memory.view;
  if (byteOffset + struct.byteLength <= byteLength) return struct.open(memory, byteOffset);
  throw new RangeError(
    `Cannot follow a reference to byte ${byteOffset} of a ${memory.label}: it has ${byteLength} bytes`,
  );
}

function refuseTarget(value: unknown, { name }: AnyTarget): never {
  throw new TypeError(`Cannot refer to ${shown(value)}: expected null or an accessor of a ${name}`);
}

/**
 * A field that refers to another struct, wherever that is: its value is an accessor, or `null`. It holds while the
 * target's memory lives, also when that memory moves; following it later throws `ClosedError`, or `RangeError` where
 * the memory became shorter. It names a place: when elements of a vector move, it finds what is at that place by then.
 *
 * Takes 8 bytes, as a pointer in C does, which only this process can follow. `"self"` is the struct that the field is
 * declared in, also inside of `array` and `union`.
 *
 * Storing throws `TypeError` for anything but an accessor of the target, `ClosedError` for one whose memory was taken
 * back.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, reference, struct, Vector } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "list" });
 * const Node = struct({ value: f64, next: reference("self") });
 * const nodes = new Vector(Node, { allocator: heap });
 * nodes.push({ value: 2, next: null });
 * nodes.push({ value: 1, next: nodes.get(0) });
 * assert.equal(nodes.get(1).next?.value, 2);
 * ```
 */
export function reference(target: "self"): SelfReference;
/** A field that refers to a struct of another kind. */
export function reference<S extends AnyTarget>(target: () => S): Element<InferPlace<S> | null>;
export function reference(target: "self" | (() => AnyTarget)): SelfReference | Element<unknown, never> {
  if (target === "self") return new Reference(refuseUse, target) as unknown as SelfReference;
  requireFunction("make a reference to", target);
  return new Reference(target, undefined);
}

function refuseUse(): never {
  throw new TypeError('Cannot use reference("self") outside of the fields of a struct');
}

class Reference implements Element<unknown> {
  readonly name = "reference";
  readonly byteLength = 8;
  readonly alignment = 8;
  readonly layout = "reference";
  readonly target: "self" | undefined;
  readonly read: Element<unknown>["read"];
  readonly write: Element<unknown>["write"];

  constructor(target: () => AnyTarget, self: "self" | undefined) {
    this.target = self;
    this.read = (view, byteOffset): unknown => {
      const id = view.getUint32(byteOffset, true);
      if (id === 0) return null;
      return open(target(), memoryOf(id) ?? refuse(), view.getUint32(byteOffset + 4, true));
    };
    this.write = (view, byteOffset, value): void => {
      const struct = target();
      if (value !== null && !struct.isAccessor(value)) refuseTarget(value, struct);
      if (value !== null && isEnded((value as unknown as Place)[MEMORY])) refuseEnded();
      const place = value as unknown as Place | null;
      view.setUint32(byteOffset, place === null ? 0 : idOf(place), true);
      view.setUint32(byteOffset + 4, place === null ? 0 : place[OFFSET], true);
    };
  }
}
