import { refuseArgument, shown } from "../../heaps/argument.ts";
import type { AnyView } from "../../heaps/allocator.ts";
import { HandedBlock } from "../../heaps/core/handed_block.ts";
import type { Heap } from "../../heaps/heap/heap.ts";
import type { ContainerBase } from "../../stl/core/container_base.ts";
import { isMovable, type Movable, PARTS, TAKE_OVER } from "../../stl/core/parts.ts";
import { Memory } from "../../stl/struct/memory.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { checksumOf, takeOver } from "../core/handed_view.ts";
import { checksumFor } from "./_contents.ts";
import type { Home, Homes } from "./_homes.ts";
import type { HandedContents, Maker, StructOf } from "./message.ts";

/** Something in a message, found in the process but not taken yet. */
export interface Arrival {
  readonly name: string;
  /** Its blocks; `undefined` for one without bytes. */
  readonly blocks: readonly (HandedBlock | undefined)[];
  /** The heap that it is put into. */
  readonly home: Heap;
  /** Takes the blocks into the heap, and gives what was sent. */
  take(): unknown;
}

/** A view of a message. Throws `TypeError` and `ClosedError` when it is none, or not there any more. */
export function arrivalOfView(name: string, key: unknown, homes: Homes): Arrival {
  const handed = HandedBlock.find(key);
  if (checksumOf(handed) !== 0) refuseChanged(name);
  const { heap, store, place } = homes.of(handed);
  return { name, blocks: [handed], home: heap, take: () => takeOver(handed, store, place) };
}

/**
 * A container or struct of a message, with an empty one that `maker` has made. Throws `TypeError` and `ClosedError` as
 * above, and `TypeError` when the kinds are others.
 */
export function arrivalOfContents(
  name: string,
  given: HandedContents,
  maker: Maker<unknown> | undefined,
  homes: Homes,
): Arrival {
  const contents = checked(name, given);
  const blocks = contents.keys.map((key, index) => {
    if (key === null) return undefined;
    const handed = HandedBlock.find(key);
    if (checksumOf(handed) !== checksumFor(contents, index)) refuseChanged(name);
    return handed;
  });
  const home = homes.ofAll(blocks);
  const { heap } = home;
  const views = (): (AnyView | undefined)[] => takeAll(blocks, home);
  if (typeof maker !== "function") return { name, blocks, home: heap, take: structTaker(name, contents, maker, views) };
  const container = emptyOf(name, contents, maker, heap);
  return {
    name,
    blocks,
    home: heap,
    take(): unknown {
      // Nothing but an empty one can be made of numbers that no block vouches for.
      if (blocks.some((handed) => handed !== undefined)) {
        container[TAKE_OVER]({ numbers: contents.numbers, views: views() });
      }
      return container;
    },
  };
}

function takeAll(
  blocks: readonly (HandedBlock | undefined)[],
  { heap, store, place }: Home,
): (AnyView | undefined)[] {
  const views: (AnyView | undefined)[] = [];
  try {
    for (const handed of blocks) views.push(handed && takeOver(handed, store, place));
  } catch (error) {
    for (const view of views) if (view !== undefined) heap.free(view);
    throw error;
  }
  return views;
}

function checked(name: string, given: HandedContents): HandedContents {
  const { label, shape, numbers, keys } = Object(given) as Partial<HandedContents>;
  if (typeof label !== "string" || typeof shape !== "number" || !Array.isArray(numbers) || !Array.isArray(keys)) {
    refuseArgument(given, `receive ${shown(name)}`, "what send() has posted");
  }
  return { label, shape, numbers, keys };
}

function structTaker(
  name: string,
  { label, shape, keys }: HandedContents,
  struct: StructOf<unknown> | undefined,
  views: () => (AnyView | undefined)[],
): () => unknown {
  if (typeof struct?.open !== "function" || typeof struct.layout !== "string" || keys[0] === null) {
    const example = `receive(message, heap, ${name === "" ? "maker" : `{ ${name}: maker }`})`;
    throw new TypeError(
      `Cannot receive ${label} ${shown(name)}: say how it is made, ${example} with its struct, or a function like ` +
        "(options) => new Vector(f64, options)",
    );
  }
  if (fingerprintOf(struct.layout) !== shape) refuseShape(name, label);
  return () => struct.open(new Memory(views()[0] as DataView<ArrayBuffer>, struct.name, true), 0);
}

/** An empty container of the shape that was sent. */
function emptyOf(
  name: string,
  { label, shape }: HandedContents,
  maker: (options: { readonly allocator: Heap }) => unknown,
  heap: Heap,
): Movable & ContainerBase {
  const made = maker({ allocator: heap }) as Movable & ContainerBase;
  if (!isMovable(made)) {
    refuseArgument(made, `receive ${label} ${shown(name)}`, "a function that makes such a container");
  }
  if (made.allocator !== heap) {
    throw new TypeError(`Cannot receive ${label} ${shown(name)}: what the maker made is not in ${heap.name}`);
  }
  const { shape: own, views } = made[PARTS]();
  if (fingerprintOf(own) !== shape) refuseShape(name, label);
  for (const view of views) if (view.byteLength > 0) heap.free(view);
  return made;
}

function refuseShape(name: string, label: string): never {
  throw new TypeError(
    `Cannot receive ${label} ${shown(name)}: what the maker makes has another layout, or other kinds`,
  );
}

function refuseChanged(name: string): never {
  throw new TypeError(`Cannot receive ${shown(name)}: the message is not what send() has posted`);
}
