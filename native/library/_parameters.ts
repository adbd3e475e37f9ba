import type { ForeignType } from "../../ffi/types.ts";
import type { AnyElement, Element } from "../../stl/elements/element.ts";
import { Struct } from "../../stl/struct/struct.ts";
import { shown } from "../../heaps/argument.ts";
import { calls } from "../core/calls.ts";
import {
  type AnyCallback,
  CallbackType,
  enterCallback,
  handleOfCallback,
  leaveCallback,
} from "../signature/callback_type.ts";
import { foreignStruct } from "../signature/foreign_struct.ts";
import { InOut, Out } from "../signature/out.ts";
import { type Passer, passerOf } from "../signature/pass.ts";
import { receiverOf } from "../signature/receive.ts";

/** What a call has of one parameter while it is under way. */
export interface Passage {
  /** What C is given. */
  readonly passed: unknown;
  /** Ends it, when C has returned. */
  end?(): void;
  /** What C has returned through it. */
  read?(): unknown;
}

/** One parameter of a function. */
export interface Parameter {
  /** What C takes. */
  readonly type: Exclude<ForeignType, "void">;
  /** How a value goes to C where that is all there is to it. */
  readonly passer: Passer | undefined;
  /** Whether a call gives a value for it. */
  readonly given: boolean;
  /** Whether it returns one. */
  readonly returns: boolean;
  /** Prepares a call; `value` is what it gave. */
  readonly enter: (value: unknown) => Passage;
}

/** The parameter of type `type`. `action` says what a call tries, and `what` names it. */
export function parameterOf(type: unknown, action: string, what: string): Parameter {
  if (type instanceof Out) return throughMemory(type.element, action, false);
  if (type instanceof InOut) return throughMemory(type.element, action, true);
  if (type instanceof CallbackType) return byCallback(type, action);
  if (type instanceof Struct) return byValue(type, action);
  const passer = passerOf(type as AnyElement, action) ?? refuseType(type, what);
  return {
    type: passer.type,
    passer,
    given: true,
    returns: false,
    enter: (value) => ({ passed: passer.convert(value) }),
  };
}

function throughMemory(element: AnyElement, action: string, given: boolean): Parameter {
  const { byteLength, read, write } = element as unknown as Element<unknown>;
  const kept = new DataView(new ArrayBuffer(byteLength));
  return {
    type: "buffer",
    passer: undefined,
    given,
    returns: true,
    enter(value): Passage {
      // C may still write to the memory of the call that this one is inside of.
      const view = calls.depth > 0 ? new DataView(new ArrayBuffer(byteLength)) : kept;
      if (given) store(element, view, value, action);
      else new Uint8Array(view.buffer).fill(0);
      return { passed: view, read: () => read(view, 0) };
    },
  };

  function store({ name }: AnyElement, view: DataView<ArrayBuffer>, value: unknown, action: string): void {
    const passer = passerOf(element, action);
    // What a parameter refuses is refused here too: elements let numbers wrap around.
    passer?.convert(value);
    try {
      write(view, 0, value);
    } catch (cause) {
      throw new TypeError(`Cannot ${action} as ${name}: ${(cause as Error).message}`, { cause });
    }
  }
}

function byCallback(type: AnyCallback, action: string): Parameter {
  return {
    type: "pointer",
    passer: undefined,
    given: true,
    returns: false,
    enter(value): Passage {
      const trampoline = enterCallback(type, value, action);
      const passed = handleOfCallback(value, trampoline);
      return trampoline === undefined ? { passed } : { passed, end: () => leaveCallback(type, trampoline) };
    },
  };
}

function byValue(struct: AnyElement, action: string): Parameter {
  const { byteLength, write } = struct as unknown as Element<unknown>;
  return {
    type: foreignStruct(struct, action) as Exclude<ForeignType, "void">,
    passer: undefined,
    given: true,
    returns: false,
    enter(value): Passage {
      const passed = new Uint8Array(byteLength);
      write(new DataView(passed.buffer), 0, value);
      return { passed };
    },
  };
}

/** A result of a function. */
export interface Result {
  /** What C gives. */
  readonly type: ForeignType;
  /** The value of that; `undefined` where it is the same. */
  readonly convert: ((value: never) => unknown) | undefined;
}

/** The result of type `type`; `what` names it. */
export function resultOf(type: AnyElement | undefined, what: string): Result {
  if (type === undefined) return { type: "void", convert: undefined };
  if (type instanceof Struct) {
    const { read } = type;
    return {
      type: foreignStruct(type, `return ${what}`),
      convert: (bytes: Uint8Array<ArrayBuffer>) => read(new DataView(bytes.buffer, bytes.byteOffset), 0),
    };
  }
  return receiverOf(type) ?? refuseType(type, what);
}

function refuseType(type: unknown, what: string): never {
  const { name } = Object(type) as { name?: unknown };
  const found = typeof type === "object" && typeof name === "string" ? name : shown(type);
  throw new TypeError(
    `Cannot open a library: ${what} is ${found}, expected a type such as i32, f64, pointer(u8), cString or a struct`,
  );
}
