import type { AnyView } from "../../heaps/allocator.ts";
import type { AnyNumberElement } from "../elements/number_element.ts";
import type { KeyOrder, KeyOrderClass } from "./_key_order.ts";

/** Makes the order of numbers of one element, which are stored as they are. */
export function defineNumberOrder<K>({ viewType, encode, decode }: AnyNumberElement): KeyOrderClass<K, K> {
  const scratch = new viewType(1) as { 0: unknown };

  return class NumberOrder implements KeyOrder<K, K> {
    get bytes(): number {
      return 0;
    }

    get views(): AnyView[] {
      return [];
    }

    get numbers(): readonly number[] {
      return [];
    }

    takeOver(): void {
      // There is no memory.
    }

    get busy(): boolean {
      return false;
    }

    load(key: K): K {
      // -0 is 0, as in Map.
      return (key as number) === 0 ? 0 as K : key;
    }

    seek(key: K): K | undefined {
      return this.find(key);
    }

    find(key: K): K | undefined {
      // It has no order, so that comparing it would throw.
      return typeof key === "symbol" ? undefined : this.load(key);
    }

    fits(key: K): boolean {
      scratch[0] = encode(key);
      return this.equal(decode(scratch[0] as never) as K, key);
    }

    hasRoom(): boolean {
      return true;
    }

    prepare(): void {
      // Nodes have room for every number.
    }

    hold(loaded: K): unknown {
      return loaded;
    }

    reload(held: unknown): K {
      return held as K;
    }

    take(key: K): K {
      return key;
    }

    drop(): void {
      // A number needs no end.
    }

    read(key: K): K {
      return key;
    }

    /** NaN comes last. */
    before(a: K, b: K): boolean {
      return a < b || (b !== b && a === a);
    }

    equal(a: K, b: K): boolean {
      return a === b || (a !== a && b !== b);
    }

    reserve(): void {
      // As prepare().
    }

    trim(): void {
      // As prepare().
    }

    clear(): void {
      // As drop().
    }

    forget(): void {
      // There is no memory.
    }
  };
}
