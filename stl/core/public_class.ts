import { type BaseClass, showContents } from "./container_base.ts";

/** Makes a container as `new` with these parameters does. */
export type Make = (...parameters: unknown[]) => object;

/** Where an instance of a subclass keeps the prototype of the class that was made for its kind. */
const KIND = Symbol("kind");

/**
 * Gives `base` each method and accessor of `kind` that it lacks, for instances of subclasses: those inherit from `base`
 * alone, and find the methods of their kind by themselves.
 */
function forward(name: string, base: object, kind: object): void {
  function kindOf(container: object, key: PropertyKey): Record<PropertyKey, unknown> {
    const found = Object(container)[KIND] ?? Object.getPrototypeOf(Object(container));
    if (found !== base && Object.prototype.isPrototypeOf.call(base, found)) return found;
    throw new TypeError(`Cannot use ${name}.prototype.${String(key)} on this: expected a ${name}`);
  }
  function methodsOf(container: object, key: PropertyKey): Record<PropertyKey, unknown> {
    const found = kindOf(container, key);
    if (Object.hasOwn(found, key)) return found;
    throw new TypeError(
      `Cannot use ${name}.prototype.${String(key)} on this: a ${name} of its kind has no such member`,
    );
  }
  for (const key of Reflect.ownKeys(kind)) {
    if (Object.hasOwn(base, key)) continue;
    const { value, get, set } = Object.getOwnPropertyDescriptor(kind, key)!;
    Object.defineProperty(base, key, {
      configurable: true,
      ...(typeof value === "function" && {
        writable: true,
        value(this: object, ...parameters: unknown[]): unknown {
          return Reflect.apply(methodsOf(this, key)[key] as () => unknown, this, parameters);
        },
      }),
      ...(get !== undefined && {
        get(this: object): unknown {
          const found = kindOf(this, key);
          // What only other kinds have comes from here again.
          return Object.hasOwn(found, key) ? Reflect.get(found, key, this) : undefined;
        },
      }),
      ...(set !== undefined && {
        set(this: object, given: unknown): void {
          Reflect.set(methodsOf(this, key), key, given, this);
        },
      }),
    });
  }
}

/**
 * What programs call as the class `name`: `new` returns what `make` makes, an instance of a class that was made for its
 * kind of elements and extends `Base`. So `instanceof` holds, and `prototype` is what every instance inherits from.
 *
 * It can be extended: an instance of a subclass has the private fields of the class of its kind and the prototype of
 * the subclass; `Base` hands on what it does not override. The `statics` get what makes an instance of the class that
 * they are called on as their first parameter.
 */
export function publicClass<C, P extends unknown[]>(
  name: string,
  Base: BaseClass,
  make: (...parameters: P) => object,
  statics: Readonly<Record<string, (make: Make, ...parameters: never[]) => unknown>> = {},
): C {
  function construct(...parameters: P): object {
    if (new.target === undefined) throw new TypeError(`Cannot call ${name} without new: it is a class`);
    const made = make(...parameters);
    showContents(made);
    if (new.target === construct) return made;
    const kind = Object.getPrototypeOf(made);
    forward(name, Base.prototype, kind);
    Object.defineProperty(made, KIND, { value: kind });
    return Object.setPrototypeOf(made, (new.target as { prototype: object }).prototype);
  }
  Object.defineProperties(construct, {
    name: { value: name },
    prototype: { value: Base.prototype, writable: false },
  });
  for (const [key, call] of Object.entries(statics)) {
    Object.defineProperty(construct, key, {
      value(this: unknown, ...parameters: never[]): unknown {
        const Class = typeof this === "function" ? this : construct;
        return call((...given) => Reflect.construct(Class, given), ...parameters);
      },
    });
  }
  Object.defineProperty(Base.prototype, "constructor", { value: construct });
  return construct as unknown as C;
}
