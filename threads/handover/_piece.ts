import type { AnyView } from "../../heaps/allocator.ts";
import { requirePortable } from "../../stl/bytes/readable.ts";
import { ContainerBase } from "../../stl/core/container_base.ts";
import { isMovable, type Movable, PARTS, TAKE_OVER } from "../../stl/core/parts.ts";
import { ELEMENT, isEnded, MEMORY, NO_BYTES, OFFSET, type Place } from "../../stl/struct/memory.ts";
import { ClosedError } from "../../heaps/errors.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { toHand, type ViewToHand } from "../core/handed_view.ts";
import type { HandedContents } from "./message.ts";

/** Something in a message whose memory is handed over, checked: a view, a container or a struct. */
export interface Piece {
  /** Its blocks; `undefined` for one without bytes. */
  readonly views: readonly (ViewToHand | undefined)[];
  /** What the message says of it besides; `undefined` for a view. */
  readonly contents: Omit<HandedContents, "keys"> | undefined;
  /** What it is when its blocks are in their heaps again, in these views. */
  again(views: readonly (AnyView | undefined)[]): unknown;
  /** Empties what is left here. */
  end(): void;
}

/** What is handed over of `value`; `undefined` when it is copied. Throws `TypeError` when neither can be. */
export function pieceOf(value: unknown): Piece | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (ArrayBuffer.isView(value)) return pieceOfView(value as AnyView);
  if (value instanceof ContainerBase) {
    if (isMovable(value)) return pieceOfContainer(value);
    refuseOwn(value);
  }
  if (MEMORY in value) return pieceOfStruct(value as Place);
  // `postMessage()` would make an empty object of it.
  if (Symbol.dispose in value || Symbol.asyncDispose in value) refuseOwn(value);
  return undefined;
}

function refuseOwn(value: object): never {
  const way = "share" in value ? ", post what its share() returns" : "";
  throw new TypeError(`Cannot send this ${value.constructor.name}: it belongs to this thread${way}`);
}

function pieceOfView(view: AnyView): Piece {
  const views = [toHand(view, "send")];
  return { views, contents: undefined, again: ([again]): unknown => again, end: (): void => {} };
}

function pieceOfContainer(container: Movable & ContainerBase): Piece {
  const { shape, numbers, views } = container[PARTS]();
  return {
    views: views.map((view) => view.byteLength === 0 ? undefined : toHand(view, "send")),
    contents: { label: shape.slice(0, shape.search(/\(|$/)), shape: fingerprintOf(shape), numbers },
    again(given): unknown {
      container[TAKE_OVER]({ numbers, views: given });
      return container;
    },
    // What its blocks were is empty by now, and so not freed.
    end: () => container.dispose(),
  };
}

function pieceOfStruct(accessor: Place): Piece {
  const { [MEMORY]: memory, [OFFSET]: byteOffset, [ELEMENT]: element } = accessor;
  if (isEnded(memory)) throw new ClosedError(`Cannot send this ${element.name}: its memory was taken back`);
  // The first field of a struct begins where that does.
  if (!memory.alone || byteOffset !== 0 || element.byteLength !== memory.view.byteLength) {
    throw new TypeError(`Cannot send this ${element.name} alone: it is a part of a ${memory.label}, send that`);
  }
  requirePortable("send", element.name, [element]);
  return {
    views: [toHand(memory.view, "send")],
    contents: { label: element.name, shape: fingerprintOf(element.layout), numbers: [] },
    again([view]): unknown {
      memory.view = view as DataView<ArrayBuffer>;
      return accessor;
    },
    end(): void {
      memory.view = NO_BYTES;
    },
  };
}
