import { compileText, literalOf } from "../core/specialise.ts";
import type { AnyElement, Element } from "../elements/element.ts";
import { f16, f32, f64, i16, i32, i64, i8, u16, u32, u64, u8 } from "../elements/numbers.ts";
import type { FieldLayout } from "./layout.ts";
import { refusal } from "../elements/refusal.ts";

type PlainObject = Record<string, unknown>;
type Read = (view: DataView<ArrayBuffer>, byteOffset: number) => PlainObject;
type Write = (view: DataView<ArrayBuffer>, byteOffset: number, value: PlainObject) => void;

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

/** What reads every field into a plain object. */
export function compileRead(fields: readonly FieldLayout[]): Read {
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

/** What stores every field; it throws `TypeError` when one is missing. */
export function compileWrite(label: string, fields: readonly FieldLayout[]): Write {
  function refuse(name: string): never {
    throw refusal(new TypeError(`Cannot store a ${label}: its field ${name} is missing`));
  }
  const writes = fields.map(({ element }) => element.write as Element<unknown>["write"]);
  const parts = fields.map(({ name, byteOffset, element }, index) => {
    const method = METHODS.get(element);
    // A value that is not an object misses its first field.
    return `const v${index} = value${index === 0 ? "?." : ""}[${literalOf(name)}];
    if (v${index} === undefined) refuse(${literalOf(name)});
    ${
      method === undefined
        ? `w${index}(view, byteOffset + ${byteOffset}, v${index})`
        : `view.set${method}(byteOffset + ${byteOffset}, v${index}, true)`
    };`;
  });
  const text = `const [refuse, ${writes.map((_, index) => `w${index}`)}] = parts;
    return (view, byteOffset, value) => { ${parts.join("\n")} };`;
  return compileText<Write>(text, [refuse, ...writes]) ?? writeOneByOne(fields, refuse);
}

function writeOneByOne(fields: readonly FieldLayout[], refuse: (name: string) => never): Write {
  return (view, byteOffset, value) => {
    for (const { name, element, byteOffset: offset } of fields) {
      const part = (value as PlainObject | null | undefined)?.[name];
      if (part === undefined) refuse(name);
      (element.write as Element<unknown>["write"])(view, byteOffset + offset, part);
    }
  };
}
