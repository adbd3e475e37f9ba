import type { FieldLayout } from "./_layout.ts";
import { specialise } from "./_specialise.ts";
import type { Element } from "./element.ts";

type Read = (view: DataView<ArrayBuffer>, byteOffset: number) => Record<string, unknown>;
type Write = (view: DataView<ArrayBuffer>, byteOffset: number, value: Record<string, unknown>) => void;

function makeRead(before: Read, name: string, { read }: Element<unknown>, offset: number): Read {
  return (view, byteOffset) => {
    const value = before(view, byteOffset);
    value[name] = read(view, byteOffset + offset);
    return value;
  };
}

function makeWrite(
  before: Write,
  refuse: (name: string) => never,
  name: string,
  { write }: Element<unknown>,
  offset: number,
): Write {
  return (view, byteOffset, value) => {
    before(view, byteOffset, value);
    const part = value[name];
    if (part === undefined) refuse(name);
    write(view, byteOffset + offset, part);
  };
}

/** What reads every field: a chain with one link per field, so that each has feedback of its own. */
export function compileRead(label: string, fields: readonly FieldLayout[]): Read {
  return fields.reduce<Read>(
    (before, { name, element, byteOffset }) =>
      specialise(makeRead, `read ${label}.${name}`)(before, name, element as Element<unknown>, byteOffset),
    specialise(() => () => ({}), label)(),
  );
}

/** What stores every field; it throws `TypeError` when one is missing. */
export function compileWrite(label: string, fields: readonly FieldLayout[]): Write {
  function refuse(name: string): never {
    throw new TypeError(`Cannot store a ${label}: its field ${name} is missing`);
  }
  return fields.reduce<Write>(
    (before, { name, element, byteOffset }) =>
      specialise(makeWrite, `write ${label}.${name}`)(before, refuse, name, element as Element<unknown>, byteOffset),
    () => {},
  );
}
