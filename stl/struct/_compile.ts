import { compileText, literalOf, MOST_COMPILED } from "../core/specialise.ts";
import { refusal } from "../elements/refusal.ts";
import type { AnyElement } from "../elements/element.ts";
import { bool, f16, f32, f64, i16, i32, i64, i8, u16, u32, u64, u8 } from "../elements/numbers.ts";
import { partsWriterOf, type Write } from "../elements/parts_writer.ts";
import { inField, toBigInt, toBit, toNumber, writeField } from "./convert.ts";
import type { FieldLayout, Layout } from "./layout.ts";
import type { Keys, Place } from "./memory.ts";
import { writeWhole } from "./whole.ts";

type PlainObject = Record<string, unknown>;
type Read = (view: DataView<ArrayBuffer>, byteOffset: number) => PlainObject;

/** How a whole struct is stored. */
interface Writers {
  /** In one go: a value that is refused changes nothing. */
  readonly write: Write<PlainObject>;
  /** Field by field. */
  readonly writeParts: Write<PlainObject>;
}

// Both are compiled from a text with the names of the fields in it: a plain object is then read and
// made by inline caches. By computed names a struct of three numbers takes 12 ns instead of 5 to push in Bun 1.4.

// The methods of DataView for elements that are nothing but that. They are put into the text, because all structs share
// the `write` of an element: an id from 2^31 on in one of them makes each number of that kind slower in all of them,
// and where compilers do not inline all of the calls a row of four numbers takes 25 ns instead of 6 in Bun 1.4.
const METHODS = new Map<AnyElement, string>([
  [f16, "Float16"],
  [f32, "Float32"],
  [f64, "Float64"],
  [i8, "Int8"],
  [i16, "Int16"],
  [i32, "Int32"],
  [i64, "BigInt64"],
  [u8, "Uint8"],
  [u16, "Uint16"],
  [u32, "Uint32"],
  [u64, "BigUint64"],
]);

/** Those that take bigints. */
const BIGINTS: ReadonlySet<AnyElement> = new Set<AnyElement>([i64, u64]);

/** What reads every field into a plain object. */
export function compileRead(fields: readonly FieldLayout[]): Read {
  if (fields.length > MOST_COMPILED) return readOneByOne(fields);
  const reads = fields.map(({ element }) => element.read);
  const parts = fields.map(({ name, byteOffset, element }, index) => {
    const method = METHODS.get(element);
    const read = method === undefined
      ? `r${index}(view, byteOffset + ${byteOffset})`
      : `view.get${method}(byteOffset + ${byteOffset}, true)`;
    return `${literalOf(name)}: ${read}`;
  });
  const text = `const [${reads.map((_, index) => `r${index}`)}] = parts;
    return (view, byteOffset) => ({ ${parts.join(", ")} });`;
  return compileText<Read>(text, reads) ?? readOneByOne(fields);
}

function readOneByOne(fields: readonly FieldLayout[]): Read {
  return (view, byteOffset) => {
    const value: PlainObject = {};
    for (const { name, element, byteOffset: offset } of fields) value[name] = element.read(view, byteOffset + offset);
    return value;
  };
}

/** A property of the prototype of an accessor class. */
export interface Property<T> {
  get(this: Place): T;
  set?(this: Place, value: T): void;
}

/**
 * A property for the element at `offset` of an accessor that does what `whole` does, and calls it for what is refused;
 * `undefined` where it would do no more than call it. It is as short as it can be, because V8 inlines 920 bytecodes into a
 * loop, and getters and setters last, and calls nothing, because JavaScriptCore inlines five calls one in the other.
 */
export function compileProperty<T>(
  element: AnyElement,
  offset: number,
  whole: Property<T>,
  { MEMORY, OFFSET }: Keys,
): Property<T> | undefined {
  const method = METHODS.get(element);
  if (method === undefined) return undefined;
  const place = `this[OFFSET]${offset === 0 ? "" : ` + ${offset}`}`;
  return compileText<Property<T>>(
    `return (function (MEMORY, OFFSET, read, write) {
      return {
        get() {
          try {
            return this[MEMORY].view.get${method}(${place}, true);
          } catch {
            return read(this);
          }
        },
        set(value) {
          if (typeof value === "${typeOf(element)}") {
            try {
              this[MEMORY].view.set${method}(${place}, value, true);
              return;
            } catch {}
          }
          write(this, value);
        },
      };
    })(...parts);`,
    [
      MEMORY,
      OFFSET,
      (accessor: Place) => whole.get.call(accessor),
      (accessor: Place, value: T) => whole.set!.call(accessor, value),
    ],
  );
}

type Type = "number" | "bigint" | "boolean";

/** The only type of values that a field takes; `undefined` for what is more than a number, bigint or boolean. */
function typeOf(element: AnyElement): Type | undefined {
  if (element === bool) return "boolean";
  if (!METHODS.has(element)) return undefined;
  return BIGINTS.has(element) ? "bigint" : "number";
}

/** What throws for a value of another type. */
const CHECKS: Readonly<Record<Type, (value: unknown, name: string) => unknown>> = {
  number: toNumber,
  bigint: toBigInt,
  boolean: toBit,
};

/** `value`, unless it is of another type than its field takes. */
function checked(element: AnyElement, value: unknown, name: string): unknown {
  const type = typeOf(element);
  if (type !== undefined) CHECKS[type](value, name);
  return value;
}

/** The text that reads field `index` of a value that may have any. */
function textOfRead({ name, element }: FieldLayout, index: number): string {
  const literal = literalOf(name);
  // A value that is not an object misses its first field.
  const read = `let v${index} = value${index === 0 ? "?." : ""}[${literal}];
    if (v${index} === undefined) refuse(${literal});`;
  const type = typeOf(element);
  if (type === undefined) return read;
  return `${read} if (typeof v${index} !== "${type}") refuseType(v${index}, ${literal}, "${type}");`;
}

/** The text that is true for the value of field `index` when it is missing, or is not of the type that is stored. */
function textOfDoubt({ element }: FieldLayout, index: number): string {
  const type = typeOf(element);
  return type === undefined ? `v${index} === undefined` : `typeof v${index} !== "${type}"`;
}

/** The text that stores field `index`. */
function textOfStore({ name, byteOffset, element }: FieldLayout, index: number): string {
  if (element === bool) return `view.setUint8(byteOffset + ${byteOffset}, v${index} ? 1 : 0);`;
  const method = METHODS.get(element);
  if (method !== undefined) return `view.set${method}(byteOffset + ${byteOffset}, v${index}, true);`;
  return `try { w${index}(view, byteOffset + ${byteOffset}, v${index}); } catch (error) { throw inField(error, ${
    literalOf(name)
  }); }`;
}

// Kept short: from a certain length on compilers inline it no more, and a row takes twice as long to push.
/** The text that stores fields of numbers and booleans alone: all are read before the first is stored. */
function textOfPlain(fields: readonly FieldLayout[]): string {
  return `if (value === undefined || value === null) refuse(${literalOf(fields[0]!.name)});
    ${fields.map(({ name }, index) => `const v${index} = value[${literalOf(name)}];`).join("\n")}
    if (${fields.map(textOfDoubt).join(" || ")}) {
      refuseSome([${fields.map((_, index) => `v${index}`)}]);
    }
    ${fields.map(textOfStore).join("\n")}`;
}

/** What stores every field; it throws `TypeError` when one is missing. */
export function compileWrite(label: string, { fields, byteLength, ranges }: Layout): Writers {
  function refuse(name: string): never {
    throw refusal(new TypeError(`Cannot store a ${label}: its field ${name} is missing`));
  }
  const writes = fields.map(({ element }) => partsWriterOf(element));
  /** Throws for the first of all values that is missing or of another type than its field. */
  function refuseSome(values: readonly unknown[]): void {
    for (const [index, { name, element }] of fields.entries()) {
      if (values[index] === undefined) refuse(name);
      checked(element, values[index], name);
    }
  }
  function refuseType(value: unknown, name: string, type: Type): void {
    CHECKS[type](value, name);
  }
  // Anything but numbers and booleans may throw when it is stored.
  const isPlain = fields.every(({ element }) => typeOf(element) !== undefined);
  const body = isPlain
    ? textOfPlain(fields)
    : fields.map((field, index) => textOfRead(field, index) + textOfStore(field, index)).join("\n");
  const text = `const [refuse, refuseType, refuseSome, inField, ${fields.map((_, index) => `w${index}`)}] = parts;
    return (view, byteOffset, value) => { ${body} };`;
  const parts = [refuse, refuseType, refuseSome, inField, ...writes];
  const compiled = fields.length > MOST_COMPILED ? undefined : compileText<Write<PlainObject>>(text, parts);
  const writeParts = compiled ?? writeOneByOne(fields, refuse);
  const isWhole = isPlain && compiled !== undefined;
  return { write: isWhole ? compiled : writeWhole(writeParts, byteLength, ranges), writeParts };
}

function writeOneByOne(fields: readonly FieldLayout[], refuse: (name: string) => never): Write<PlainObject> {
  const writes = fields.map(({ name, element }) => writeField(partsWriterOf(element), name));
  return (view, byteOffset, value) => {
    for (const [index, { name, element, byteOffset: offset }] of fields.entries()) {
      const part = (value as PlainObject | null | undefined)?.[name];
      if (part === undefined) refuse(name);
      writes[index]!(view, byteOffset + offset, checked(element, part, name));
    }
  };
}
