import { specialise } from "../core/specialise.ts";
import type { Storage } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";
import { KEYS, type Keys, Memory, NO_BYTES, type Place } from "./memory.ts";
import { isCompound } from "./property.ts";

/**
 * The accessors that a container lends to functions of the program, each for one call: the same one for every call, and
 * further ones for calls from within others.
 */
export interface LentPlaces {
  /** Calls `use` with an accessor of the value under a handle; it ends with the call. */
  lend(lender: Lender, handle: number, use: (place: unknown) => unknown): void;
}

/** What knows where a value is. */
export interface Lender {
  /** What accessors of the value under a handle look into. */
  memoryOf(handle: number): Memory;
  /** The offset of the value in that. */
  offsetOf(handle: number): number;
}

/** Makes the {@linkcode LentPlaces} of one container. */
export interface LentPlacesClass {
  new (): LentPlaces;
  /** What accessors that are lent to nobody look into. */
  readonly ended: Memory;
  /** An accessor that is lent to nobody. */
  open(this: void): Place;
  /** Ends an accessor that was lent, until it is lent again. */
  end(this: void, place: Place): void;
}

/** What the class uses besides globals. */
interface LentPlacesParts extends Keys {
  readonly open: (memory: Memory, byteOffset: number) => Place;
  /** What accessors look into when the call has ended. */
  readonly ended: Memory;
}

function defineLentPlaces(parts: LentPlacesParts): LentPlacesClass {
  const MEMORY: Keys["MEMORY"] = parts.MEMORY;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const PARTS: Keys["PARTS"] = parts.PARTS;
  const { open, ended } = parts;

  function endParts(places: Place[]): void {
    for (const place of places) {
      if (place === undefined) continue;
      place[MEMORY] = ended;
      if (place[PARTS] !== undefined) endParts(place[PARTS]);
    }
  }

  function end(place: Place): void {
    place[MEMORY] = ended;
    if (place[PARTS] === undefined) return;
    endParts(place[PARTS]);
    place[PARTS] = undefined;
  }

  return class LentPlacesOfKind implements LentPlaces {
    static readonly ended = ended;
    static readonly end = end;
    #spare: Place | undefined;

    static open(this: void): Place {
      return open(ended, 0);
    }

    lend(lender: Lender, handle: number, use: (place: unknown) => unknown): void {
      const place = this.#spare ?? open(ended, 0);
      place[MEMORY] = lender.memoryOf(handle);
      place[OFFSET] = lender.offsetOf(handle);
      this.#spare = undefined;
      try {
        use(place);
      } finally {
        end(place);
        this.#spare = place;
      }
    }
  };
}

/** Memory that accessors of values look into until any of those comes, goes or moves: then its view is to be emptied. */
export function lendBytes(data: DataView<ArrayBuffer>, storage: Storage): Memory {
  return new Memory(data, storage.label, false, {
    stateOf: (view) => storage.closed ? storage.stateOf(view, 1) : "an entry was added, deleted or moved meanwhile",
  });
}

/** A class for the values of `element` in containers that messages call `label`; none where they have no accessors. */
export function lentPlacesOf(element: object, label: string): LentPlacesClass | undefined {
  if (!isCompound(element as AnyElement)) return undefined;
  const compound = element as { open(memory: Memory, byteOffset: number): Place };
  return specialise(defineLentPlaces)({
    ...KEYS,
    open: (memory, byteOffset) => compound.open(memory, byteOffset),
    ended: new Memory(NO_BYTES, label, false, { stateOf: () => "the call that lent it has ended" }),
  });
}
